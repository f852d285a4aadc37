// SPDX-License-Identifier: LGPL-2.1-or-later
// Compares what applications see of an element with a checked-in text: inspect ELEMENT FILE, or
// with
// --update as a third argument writes the file. gst-inspect-1.0 words the same differently in each
// release of GStreamer, and shows what belongs to GStreamer, too.
#include <gst/gst.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

namespace {

/// Only newer releases of GStreamer know this format.
constexpr char kNewerFormat[] = "GRAY10_LE16";

/// Takes a text that GLib has allocated.
std::string taken(gchar* text) {
  std::string copy = text == nullptr ? "" : text;
  g_free(text);
  return copy;
}

gboolean append_field(GQuark name, const GValue* value, gpointer text) {
  static_cast<std::string*>(text)
      ->append(g_quark_to_string(name))
      .append(" ")
      .append(G_VALUE_TYPE_NAME(value));
  static_cast<std::string*>(text)->append(", ");
  return TRUE;
}

std::string value_text(const GValue* value) {
  if (GST_VALUE_HOLDS_STRUCTURE(value)) {
    std::string fields;
    gst_structure_foreach(gst_value_get_structure(value), append_field, &fields);
    return fields.substr(0, fields.rfind(','));
  }
  if (G_VALUE_HOLDS_STRING(value) && g_value_get_string(value) != nullptr) {
    return g_value_get_string(value);
  }
  if (G_VALUE_HOLDS_ENUM(value)) {
    auto* kinds = static_cast<GEnumClass*>(g_type_class_peek(G_VALUE_TYPE(value)));
    return g_enum_get_value(kinds, g_value_get_enum(value))->value_nick;
  }
  if (G_VALUE_HOLDS_DOUBLE(value)) {
    std::ostringstream text;
    text << g_value_get_double(value);
    return text.str();
  }
  if (!GST_VALUE_HOLDS_LIST(value)) return taken(gst_value_serialize(value));
  std::string list;
  for (guint i = 0; i < gst_value_list_get_size(value); ++i) {
    const std::string item = value_text(gst_value_list_get_value(value, i));
    if (item != kNewerFormat) list += (list.empty() ? "" : ", ") + item;
  }
  return list;
}

gboolean describe_field(GQuark name, const GValue* value, gpointer out) {
  *static_cast<std::ostream*>(out)
      << "      " << g_quark_to_string(name) << ": " << value_text(value) << "\n";
  return TRUE;
}

void describe_caps(const GstCaps* caps, std::ostream& out) {
  for (guint i = 0; i < gst_caps_get_size(caps); ++i) {
    const GstStructure* structure = gst_caps_get_structure(caps, i);
    out << "    " << gst_structure_get_name(structure) << "("
        << taken(gst_caps_features_to_string(gst_caps_get_features(caps, i))) << ")\n";
    gst_structure_foreach(structure, describe_field, &out);
  }
}

void describe_factory(GstElementFactory* factory, std::ostream& out) {
  out << "rank: " << gst_plugin_feature_get_rank(GST_PLUGIN_FEATURE(factory)) << "\n";
  for (const char* key : {GST_ELEMENT_METADATA_LONGNAME, GST_ELEMENT_METADATA_KLASS,
                          GST_ELEMENT_METADATA_DESCRIPTION, GST_ELEMENT_METADATA_AUTHOR}) {
    out << key << ": " << gst_element_factory_get_metadata(factory, key) << "\n";
  }
  GstPlugin* plugin = gst_plugin_feature_get_plugin(GST_PLUGIN_FEATURE(factory));
  out << "plugin: " << gst_plugin_get_name(plugin) << ": " << gst_plugin_get_description(plugin)
      << "; licence " << gst_plugin_get_license(plugin) << ", source "
      << gst_plugin_get_source(plugin) << ", package " << gst_plugin_get_package(plugin)
      << ", origin " << gst_plugin_get_origin(plugin) << "\n";
  gst_object_unref(plugin);
}

void describe_type(GType type, std::ostream& out) {
  guint count = 0;
  GType* interfaces = g_type_interfaces(type, &count);
  for (guint i = 0; i < count; ++i) out << "interface: " << g_type_name(interfaces[i]) << "\n";
  g_free(interfaces);
  out << "type:";
  for (GType t = type; t != 0; t = g_type_parent(t)) out << " " << g_type_name(t);
  out << "\n";
}

void describe_pads(GstElementFactory* factory, GstElement* element, GstPadDirection direction,
                   std::ostream& out) {
  for (const GList* item = gst_element_factory_get_static_pad_templates(factory); item != nullptr;
       item = item->next) {
    auto* pad = static_cast<GstStaticPadTemplate*>(item->data);
    if (pad->direction != direction) continue;
    out << "\n"
        << (pad->direction == GST_PAD_SINK ? "sink" : "source") << " pad " << pad->name_template
        << ", " << (pad->presence == GST_PAD_ALWAYS ? "always" : "not always") << "\n";
    GstCaps* caps = gst_static_pad_template_get_caps(pad);
    describe_caps(caps, out);
    gst_caps_unref(caps);
    GstPad* made = gst_element_get_static_pad(element, pad->name_template);
    if (made == nullptr) out << "    the element has no such pad\n";
    gst_clear_object(&made);
  }
}

/// The last states in which a property may change.
const char* mutability(GParamFlags flags) {
  if ((flags & GST_PARAM_MUTABLE_PLAYING) != 0) return ", until PLAYING";
  if ((flags & GST_PARAM_MUTABLE_PAUSED) != 0) return ", until PAUSED";
  if ((flags & GST_PARAM_MUTABLE_READY) != 0) return ", until READY";
  return "";
}

void describe_range(const GParamSpec* spec, std::ostream& out) {
  if (G_IS_PARAM_SPEC_DOUBLE(spec)) {
    const auto* number = reinterpret_cast<const GParamSpecDouble*>(spec);
    out << "    " << number->minimum << " ... " << number->maximum << "\n";
  } else if (G_IS_PARAM_SPEC_UINT(spec)) {
    const auto* number = reinterpret_cast<const GParamSpecUInt*>(spec);
    out << "    " << number->minimum << " ... " << number->maximum << "\n";
  } else if (G_IS_PARAM_SPEC_ENUM(spec)) {
    const GEnumClass* kinds = reinterpret_cast<const GParamSpecEnum*>(spec)->enum_class;
    for (guint i = 0; i < kinds->n_values; ++i) {
      const GEnumValue& kind = kinds->values[i];
      out << "    " << kind.value << " " << kind.value_nick << ": " << kind.value_name << "\n";
    }
  }
}

/// Describes the properties that the classes of this plugin add to those of GStreamer's.
void describe_properties(GstElement* element, std::ostream& out) {
  const GType gstreamers = g_type_from_name("GstVideoFilter");
  guint count = 0;
  GParamSpec** specs = g_object_class_list_properties(G_OBJECT_GET_CLASS(element), &count);
  for (guint i = 0; i < count; ++i) {
    GParamSpec* spec = specs[i];
    if (g_type_is_a(gstreamers, spec->owner_type)) continue;
    out << "\n"
        << g_param_spec_get_name(spec) << ": " << g_param_spec_get_blurb(spec) << "\n    "
        << g_type_name(spec->value_type)
        << ((spec->flags & G_PARAM_READABLE) != 0 ? ", readable" : "")
        << ((spec->flags & G_PARAM_WRITABLE) != 0 ? ", writable" : "")
        << ((spec->flags & GST_PARAM_CONTROLLABLE) != 0 ? ", controllable" : "")
        << mutability(spec->flags) << "\n";
    describe_range(spec, out);
    GValue value = G_VALUE_INIT;
    g_value_init(&value, spec->value_type);
    g_object_get_property(G_OBJECT(element), spec->name, &value);
    out << "    at first: " << value_text(&value) << "\n";
    if (g_param_value_defaults(spec, &value) == FALSE && (spec->flags & G_PARAM_WRITABLE) != 0) {
      out << "    which is not the default\n";
    }
    g_value_unset(&value);
  }
  g_free(specs);
}

void describe_presets(GstElement* element, std::ostream& out) {
  if (!GST_IS_PRESET(element)) return;
  gchar** names = gst_preset_get_preset_names(GST_PRESET(element));
  for (gchar** name = names; name != nullptr && *name != nullptr; ++name) {
    gchar* comment = nullptr;
    gst_preset_get_meta(GST_PRESET(element), *name, "comment", &comment);
    out << "\npreset " << *name << ": " << taken(comment) << "\n";
  }
  g_strfreev(names);
}

std::string describe(GstElementFactory* factory, GstElement* element) {
  std::ostringstream out;
  describe_factory(factory, out);
  describe_type(G_OBJECT_TYPE(element), out);
  // The registry does not keep the order of the templates.
  for (const GstPadDirection direction : {GST_PAD_SINK, GST_PAD_SRC})
    describe_pads(factory, element, direction, out);
  describe_properties(element, out);
  describe_presets(element, out);
  return out.str();
}

/// Prints the first line in which the texts differ.
void print_difference(const std::string& expected, const std::string& found) {
  std::istringstream a(expected), b(found);
  std::string wanted, is;
  for (int line = 1;; ++line) {
    const bool more = static_cast<bool>(std::getline(a, wanted));
    const bool is_more = static_cast<bool>(std::getline(b, is));
    if (!more) wanted = "the end";
    if (!is_more) is = "the end";
    if (wanted == is && more == is_more && more) continue;
    std::fprintf(stderr, "line %d: expected \"%s\",\n  found \"%s\"\n", line, wanted.c_str(),
                 is.c_str());
    return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc < 3) {
    std::fprintf(stderr, "usage: inspect ELEMENT FILE [--update]\n");
    return 2;
  }
  GstElementFactory* factory = gst_element_factory_find(argv[1]);
  GstElement* element = factory == nullptr ? nullptr : gst_element_factory_create(factory, nullptr);
  if (element == nullptr) {
    std::fprintf(stderr, "inspect: there is no element %s\n", argv[1]);
    return 1;
  }
  const std::string found = describe(factory, element);
  gst_object_unref(element);
  gst_object_unref(factory);
  if (argc == 4 && std::strcmp(argv[3], "--update") == 0) {
    std::ofstream(argv[2]) << found;
    return 0;
  }
  std::ostringstream expected;
  expected << std::ifstream(argv[2]).rdbuf();
  if (expected.str() == found) return 0;
  print_difference(expected.str(), found);
  std::fprintf(stderr, "inspect: if the change is meant: ./dev run %s %s %s --update\n", argv[0],
               argv[1], argv[2]);
  return 1;
}
