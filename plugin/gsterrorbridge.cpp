// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gsterrorbridge.h"

#include <denoiseae/error.h>

#include <exception>
#include <new>
#include <string>

#include "gstlogbridge.h"
#include "gstvideobridge.h"

namespace {

struct ElementError {
  GQuark domain;
  gint code;
  GstFlowReturn flow;
};

ElementError
element_error (denoiseae::ErrorCode code, GstDaePhase phase) {
  using denoiseae::ErrorCode;

  switch (code) {
    case ErrorCode::not_found:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, GST_FLOW_ERROR};
    case ErrorCode::unreadable:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ, GST_FLOW_ERROR};
    case ErrorCode::corrupt:
    case ErrorCode::unsupported_version:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, GST_FLOW_ERROR};
    case ErrorCode::unknown_architecture:
    case ErrorCode::incompatible_model:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, GST_FLOW_ERROR};
    case ErrorCode::device_unavailable:
      return {GST_RESOURCE_ERROR,
              phase == GstDaePhase::streaming ? GST_RESOURCE_ERROR_FAILED
                                              : GST_RESOURCE_ERROR_SETTINGS,
              GST_FLOW_ERROR};
    case ErrorCode::bad_argument:
      return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS, GST_FLOW_ERROR};
    case ErrorCode::unsupported_format:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
              GST_FLOW_NOT_NEGOTIATED};
    case ErrorCode::out_of_memory:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT,
              GST_FLOW_ERROR};
    case ErrorCode::engine_failure:
      return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED, GST_FLOW_ERROR};
    case ErrorCode::internal:
      break;
  }
  return {GST_CORE_ERROR, GST_CORE_ERROR_FAILED, GST_FLOW_ERROR};
}

/* An exception, as it is told. */
struct Report {
  ElementError error;
  std::string text;
  std::string debug;
  bool refuses_caps = false;
};

Report
report_of (denoiseae::ErrorCode code, const char* text, GstDaePhase phase) {
  return {element_error (code, phase), text, denoiseae::to_string (code),
          code == denoiseae::ErrorCode::unsupported_format &&
              phase == GstDaePhase::negotiation};
}

/* Describes the exception that is being handled. */
Report
current_report (GstDaePhase phase) {
  using denoiseae::ErrorCode;

  try {
    throw;
  } catch (const denoiseae::Error& e) {
    return report_of (e.code (), e.what (), phase);
  } catch (const GstDaeBufferError& e) {
    return {{GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, GST_FLOW_ERROR},
            e.what (),
            "buffer does not hold a frame of its caps"};
  } catch (const std::bad_alloc&) {
    return report_of (ErrorCode::out_of_memory,
                      "not enough memory for a frame of this size; try a "
                      "smaller frame or model",
                      phase);
  } catch (const std::exception& e) {
    return report_of (ErrorCode::engine_failure, e.what (), phase);
  } catch (...) {
    return report_of (ErrorCode::engine_failure,
                      "the engine failed with an exception of unknown type",
                      phase);
  }
}

void
post (GstElement* element, GstMessageType type, const Report& report) {
  gst_element_message_full (element, type, report.error.domain,
                            report.error.code, g_strdup (report.text.c_str ()),
                            g_strdup (report.debug.c_str ()), __FILE__,
                            GST_FUNCTION, __LINE__);
}

}  // namespace

GstFlowReturn
gst_dae_report_exception (GstElement* element, GstDaePhase phase,
                          gint* posted) noexcept {
  const Report report = current_report (phase);

  if (report.refuses_caps) {
    GST_CAT_WARNING_OBJECT (gst_dae_debug_category (), element,
                            "refused caps: %s", report.text.c_str ());
    return GST_FLOW_NOT_NEGOTIATED;
  }
  if (g_atomic_int_compare_and_exchange (posted, 0, 1))
    post (element, GST_MESSAGE_ERROR, report);
  return report.error.flow;
}

void
gst_dae_report_warning (GstElement* element) noexcept {
  post (element, GST_MESSAGE_WARNING, current_report (GstDaePhase::start));
}
