// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluate/results.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "model/safetensors.h"
#include "report/picture_grid.h"

namespace denoiseae {
namespace {

/// Digits of a fixed number, also "inf".
std::string number(double value, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << value;
  return text.str();
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c;
    if (c == '"') quoted += c;
  }
  return quoted + '"';
}

void print_row(std::ostream& out, std::size_t name_width, const std::string& name,
               std::span<const std::size_t> widths, std::span<const Quality> quality) {
  out << std::left << std::setw(static_cast<int>(name_width)) << name << std::right;
  for (std::size_t i = 0; i < quality.size(); ++i)
    out << "  " << std::setw(static_cast<int>(widths[i]))
        << number(quality[i].psnr, 2) + "  " + number(quality[i].ssim, 4);
  out << "\n";
}

}  // namespace

std::string to_string(const NoiseSpec& noise) {
  std::ostringstream text;
  text << noise_model_info(noise.model).name << ":" << noise.level;
  return text.str();
}

void print_tables(std::ostream& out, std::span<const NoiseResult> results) {
  for (const NoiseResult& result : results) {
    out << "noise " << to_string(result.noise)
        << (result.clipped ? ", rounded to 8 bit and clipped" : ", not clipped")
        << "; PSNR in dB, SSIM; formats:";
    std::vector<std::string> formats;
    for (const GroupResult& group : result.groups)
      if (std::find(formats.begin(), formats.end(), group.format) == formats.end())
        formats.push_back(group.format);
    for (const std::string& format : formats) out << " " << format;
    out << "\n";

    std::size_t name_width = 4;
    for (const GroupResult& group : result.groups)
      name_width = std::max(name_width, group.name.size());
    std::vector<std::size_t> widths;
    for (const std::string& method : result.methods)
      widths.push_back(std::max<std::size_t>(method.size(), 13));
    out << std::string(name_width, ' ');
    for (std::size_t i = 0; i < widths.size(); ++i)
      out << "  " << std::setw(static_cast<int>(widths[i])) << result.methods[i];
    out << "\n";
    for (const GroupResult& group : result.groups)
      print_row(out, name_width, group.name, widths, group.quality);
    print_row(out, name_width, "mean", widths, result.mean);
    out << "\n";
  }
}

void write_csv(const std::filesystem::path& path, std::span<const NoiseResult> results) {
  std::string text = "noise,clipped,method,picture,format,frames,psnr,ssim\n";
  for (const NoiseResult& result : results) {
    const auto add_line = [&](std::size_t method, const std::string& picture,
                              const std::string& format, int frames, const Quality& quality) {
      text.append(to_string(result.noise)).append(result.clipped ? ",1," : ",0,");
      text.append(csv_field(result.methods[method])).append(",").append(csv_field(picture));
      text.append(",").append(format).append(",").append(std::to_string(frames));
      text.append(",").append(number(quality.psnr, 4));
      text.append(",").append(number(quality.ssim, 6)).append("\n");
    };
    for (std::size_t m = 0; m < result.methods.size(); ++m) {
      int frames = 0;
      for (const GroupResult& group : result.groups) {
        add_line(m, group.name, group.format, group.frames, group.quality[m]);
        frames += group.frames;
      }
      add_line(m, "mean", "", frames, result.mean[m]);
    }
  }
  write_file_atomically(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void write_figure(const std::filesystem::path& path, const NoiseResult& result) {
  std::vector<GridRow> rows;
  for (const std::string& method : result.methods) rows.push_back({method, {}, {}});
  rows.push_back({"clean", {}, {}});
  for (const FigureColumn& column : result.figure) {
    for (std::size_t r = 0; r < rows.size(); ++r) {
      rows[r].pictures.push_back(column.pictures[r]);
      if (r < column.quality.size())
        rows[r].captions.push_back(number(column.quality[r].psnr, 2) + " dB");
    }
  }
  write_png(path, compose_grid(rows));
}

}  // namespace denoiseae
