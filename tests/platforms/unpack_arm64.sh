#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Unpacks Debian packages for Arm, with all that they depend on: unpack_arm64.sh FOLDER PACKAGE ... The
# folder is the root of a system for compilers and emulators, and its file arm64.ini tells Meson so.
# apt keeps its lists for that architecture there, too, so that this system need not know it.
set -euo pipefail

folder=$1
shift
complete=$folder/complete
[[ ! -e $complete || $(<"$complete") != "$*" ]] || exit 0
command -v apt-get >/dev/null || {
  echo "unpack_arm64.sh: apt-get, which would fetch $* for arm64, is not there" >&2
  exit 1
}
rm -rf "$folder"
mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder"/usr/{bin,sbin,lib}
# Some packages still have their files in these, which Debian has moved.
ln -s usr/bin usr/sbin usr/lib "$folder"

# With no package installed all that the packages depend on is fetched.
apt=(apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root
  -o Dir::State::Lists="$folder/lists" -o Dir::State::Status=/dev/null -o Dir::Cache="$folder/cache"
  -o Debug::NoLocking=true)
"${apt[@]}" update >&2 ||
  echo "unpack_arm64.sh: apt-get update failed; trying with the package lists that came" >&2
"${apt[@]}" install -y --no-install-recommends --download-only "$@" >&2 || {
  echo "unpack_arm64.sh: apt-get could not fetch $* for arm64; see its message" >&2
  exit 1
}
for package in "$folder"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$folder"
done
rm -r "$folder/cache" "$folder/lists"

libraries=$folder/usr/lib/aarch64-linux-gnu
find "$libraries/pkgconfig" "$folder/usr/share/pkgconfig" -name '*.pc' \
  -exec sed -i "s|^\([a-z_]*\)=/usr|\1=$folder/usr|" {} +
cat >"$folder/arm64.ini" <<END
[binaries]
exe_wrapper = ['qemu-aarch64', '-L', '$folder']

[built-in options]
pkg_config_path = ['$libraries/pkgconfig', '$folder/usr/share/pkgconfig']
cpp_link_args = ['-Wl,-rpath-link,$libraries']
END
echo "$*" >"$complete"
