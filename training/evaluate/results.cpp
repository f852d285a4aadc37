// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluate/results.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>

#include "model/safetensors.h"
#include "report/picture_grid.h"

namespace denoiseae {
namespace {

/// The number of photographs and clips that a table lists at most; a larger set, such as MNIST, is
/// shown by its mean alone.
constexpr std::size_t kMaxRows = 100;

/// Writes a number with a fixed number of digits; infinity is "inf".
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
               std::span<const std::size_t> widths, std::span<const Quality> quality,
               const std::string& remark = "") {
  out << std::left << std::setw(static_cast<int>(name_width)) << name << std::right;
  for (std::size_t i = 0; i < quality.size(); ++i)
    out << "  " << std::setw(static_cast<int>(widths[i]))
        << number(quality[i].psnr, 2) + "  " + number(quality[i].ssim, 4);
  out << remark << "\n";
}

int frames_of(const NoiseResult& result) {
  int frames = 0;
  for (const GroupResult& group : result.groups) frames += group.frames;
  return frames;
}

/// The results of one method over all kinds of noise.
struct Summary {
  Quality mean;
  const NoiseResult* worst;  ///< the kind with the lowest PSNR
};

Summary summarize(std::span<const NoiseResult> results, std::size_t method) {
  Summary summary{{}, &results.front()};
  for (const NoiseResult& result : results) {
    summary.mean.psnr += result.mean[method].psnr / static_cast<double>(results.size());
    summary.mean.ssim += result.mean[method].ssim / static_cast<double>(results.size());
    if (result.mean[method].psnr < summary.worst->mean[method].psnr) summary.worst = &result;
  }
  return summary;
}

void print_summary(std::ostream& out, std::span<const NoiseResult> results) {
  const std::vector<std::string>& methods = results.front().methods;
  std::size_t name_width = 0;
  for (const std::string& method : methods) name_width = std::max(name_width, method.size());
  out << "over the " << results.size() << " kinds of noise; PSNR in dB, SSIM\n"
      << std::string(name_width, ' ') << "  " << std::setw(13) << "mean"
      << "  " << std::setw(13) << "worst"
      << "  of noise\n";
  constexpr std::array<std::size_t, 2> kWidths = {13, 13};
  for (std::size_t m = 0; m < methods.size(); ++m) {
    const Summary summary = summarize(results, m);
    const std::array<Quality, 2> quality = {summary.mean, summary.worst->mean[m]};
    print_row(out, name_width, methods[m], kWidths, quality,
              "  " + to_string(summary.worst->noise));
  }
}

}  // namespace

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
    const bool every = result.groups.size() <= kMaxRows;
    if (!every) out << "; mean of " << result.groups.size() << ", --csv writes each";
    out << "\n";

    std::size_t name_width = 4;
    for (const GroupResult& group : result.groups)
      if (every) name_width = std::max(name_width, group.name.size());
    std::vector<std::size_t> widths;
    for (const std::string& method : result.methods)
      widths.push_back(std::max<std::size_t>(method.size(), 13));
    out << std::string(name_width, ' ');
    for (std::size_t i = 0; i < widths.size(); ++i)
      out << "  " << std::setw(static_cast<int>(widths[i])) << result.methods[i];
    out << "\n";
    for (const GroupResult& group : result.groups)
      if (every) print_row(out, name_width, group.name, widths, group.quality);
    print_row(out, name_width, "mean", widths, result.mean);
    out << "\n";
  }
  if (results.size() > 1) print_summary(out, results);
}

void write_csv(const std::filesystem::path& path, std::span<const NoiseResult> results,
               bool by_frame) {
  std::string text = "noise,clipped,method,picture,format,frames,psnr,ssim\n";
  const auto add_line = [&](const std::string& noise, bool clipped, const std::string& method,
                            const std::string& picture, const std::string& format, int frames,
                            const Quality& quality) {
    text.append(noise).append(clipped ? ",1," : ",0,");
    text.append(csv_field(method)).append(",").append(csv_field(picture));
    text.append(",").append(format).append(",").append(std::to_string(frames));
    text.append(",").append(number(quality.psnr, 4));
    text.append(",").append(number(quality.ssim, 6)).append("\n");
  };
  for (const NoiseResult& result : results) {
    const std::string noise = to_string(result.noise);
    for (std::size_t m = 0; m < result.methods.size(); ++m) {
      for (const GroupResult& group : result.groups) {
        for (const FrameResult& frame : group.by_frame)
          if (by_frame && frame.name != group.name)
            add_line(noise, result.clipped, result.methods[m], frame.name, group.format, 1,
                     frame.quality[m]);
        add_line(noise, result.clipped, result.methods[m], group.name, group.format, group.frames,
                 group.quality[m]);
      }
      add_line(noise, result.clipped, result.methods[m], "mean", "", frames_of(result),
               result.mean[m]);
    }
  }
  for (std::size_t m = 0; results.size() > 1 && m < results.front().methods.size(); ++m) {
    const auto [mean, worst] = summarize(results, m);
    const std::string& method = results.front().methods[m];
    add_line("mean", worst->clipped, method, "mean", "", frames_of(*worst), mean);
    add_line("worst", worst->clipped, method, to_string(worst->noise), "", frames_of(*worst),
             worst->mean[m]);
  }
  write_file_atomically(path, text);
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
