#!/bin/sh
# Makes a package for Debian of what stage.sh laid out: deb.sh STAGED VERSION FOLDER. MAINTAINER names who answers for it.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
staged=$1 version=$2 out=$3
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct)}
maintainer=${MAINTAINER:-$(git -C "$here" log -1 --format='%an <%ae>')}
architecture=$(dpkg --print-architecture)
root=$out/deb
umask 022
rm -rf "$root"
mkdir -p "$root/usr" "$root/DEBIAN"
cp -r "$staged/." "$root/usr"
doc=$root/usr/share/doc/outage
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"

# The licence stands in full on every Debian system.
rm "$doc/LICENSE"
{
  echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
  echo "Upstream-Name: outage"
  echo
  echo "Files: *"
  echo "Copyright: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y) the authors of outage"
  echo "License: Apache-2.0"
  echo
  echo "License: Apache-2.0"
  echo " On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0."
  echo "Comment:"
  sed -e 's/^$/./' -e 's/^/ /' "$here/Distribution/NOTICE"
} > "$doc/copyright"
rm "$doc/NOTICE"
mv "$doc/CHANGELOG.md" "$doc/changelog"
{
  echo "outage ($version-1) unstable; urgency=medium"
  echo
  echo "  * See changelog.gz for what changed."
  echo
  echo " -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} > "$doc/changelog.Debian"
gzip -9n "$doc/changelog" "$doc/changelog.Debian" "$root"/usr/share/man/man1/*.1

# The least libc that has every symbol the program asks for.
libc=$(objdump -T "$root/usr/bin/outage" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//' | sort -uV | tail -1)
needed="libc6 (>= $libc)"
if objdump -p "$root/usr/bin/outage" | grep -q 'NEEDED.*libstdc++'; then needed="$needed, libstdc++6"; fi
if objdump -p "$root/usr/bin/outage" | grep -q 'NEEDED.*libgcc_s'; then needed="$needed, libgcc-s1"; fi
{
  echo "Package: outage"
  echo "Version: $version-1"
  echo "Architecture: $architecture"
  echo "Maintainer: $maintainer"
  echo "Installed-Size: $(du -k --apparent-size -s "$root/usr" | cut -f1)"
  echo "Depends: $needed"
  echo "Section: devel"
  echo "Priority: optional"
  echo "Description: language for outages of distributed systems"
  echo " A script describes services, leases, plans and processes, and what must never"
  echo " happen. The program runs it in simulated time, searches every order of its"
  echo " steps for one in which it goes wrong, and opens a prompt on a live world."
} > "$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
name=outage_$version-1_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/$name" > /dev/null
rm -rf "$root"
(cd "$out" && sha256sum "$name" > "$name.sha256")
