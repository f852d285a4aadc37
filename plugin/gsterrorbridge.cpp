// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gsterrorbridge.h"

#include <denoiseae/error.h>

#include <exception>
#include <new>

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

GstFlowReturn
post (GstElement* element, const ElementError& error, const char* text,
      const char* debug, gint* posted) {
  if (g_atomic_int_compare_and_exchange (posted, 0, 1))
    gst_element_message_full (element, GST_MESSAGE_ERROR, error.domain,
                              error.code, g_strdup (text), g_strdup (debug),
                              __FILE__, GST_FUNCTION, __LINE__);
  return error.flow;
}

GstFlowReturn
post (GstElement* element, denoiseae::ErrorCode code, const char* text,
      GstDaePhase phase, gint* posted) {
  if (code == denoiseae::ErrorCode::unsupported_format &&
      phase == GstDaePhase::negotiation) {
    GST_CAT_WARNING_OBJECT (gst_dae_debug_category (), element,
                            "refused caps: %s", text);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  return post (element, element_error (code, phase), text,
               denoiseae::to_string (code), posted);
}

}  // namespace

GstFlowReturn
gst_dae_report_exception (GstElement* element, GstDaePhase phase,
                          gint* posted) noexcept {
  using denoiseae::ErrorCode;

  try {
    throw;
  } catch (const denoiseae::Error& e) {
    return post (element, e.code (), e.what (), phase, posted);
  } catch (const GstDaeBufferError& e) {
    return post (element,
                 {GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, GST_FLOW_ERROR},
                 e.what (), "buffer does not hold a frame of its caps", posted);
  } catch (const std::bad_alloc&) {
    return post (element, ErrorCode::out_of_memory,
                 "not enough memory for a frame of this size; try a smaller "
                 "frame or model",
                 phase, posted);
  } catch (const std::exception& e) {
    return post (element, ErrorCode::engine_failure, e.what (), phase, posted);
  } catch (...) {
    return post (element, ErrorCode::engine_failure,
                 "the engine failed with an exception of unknown type", phase,
                 posted);
  }
}
