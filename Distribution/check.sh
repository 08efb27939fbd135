#!/bin/sh
# Tries what `make dist` made: check.sh FOLDER. What a tool is missing for is left out, and said.
set -eu
out=$(cd "$1" && pwd)
tarball=$(ls "$out"/outage-*-linux-*.tar.gz)
name=$(basename "$tarball" .tar.gz)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "check: $*" >&2; exit 1; }
skip() { echo "check: left out, $1 is missing: $2"; }

(cd "$out" && sha256sum --quiet --check ./*.sha256)
tar -xzf "$tarball" -C "$work"
root=$work/$name
echo "tarball: $(stat -c %s "$tarball") bytes, program: $(stat -c %s "$root/bin/outage") bytes"

# The program needs the C and C++ libraries of the system, and nothing else.
foreign=$(ldd "$root/bin/outage" | awk '{print $1}' | grep -vE '^(linux-vdso|/lib.*/ld-linux|ld-linux|lib(c|m|stdc\+\+|gcc_s|pthread|dl|rt|util))(\.|-)' || true)
[ -z "$foreign" ] || fail "it needs $foreign"

# Without Swift, without /proc, without a terminal database: only libraries, the program and a script are there.
script=$root/share/doc/outage/examples/races/two-writers.outage
"$root/bin/outage" explore "$script" > "$work/outside"
if command -v bwrap > /dev/null && bwrap --ro-bind / / true 2> /dev/null; then
  set -- --unshare-all --clearenv --setenv LANG C.UTF-8 --dir /tmp --ro-bind "$root" /opt/outage --ro-bind "$script" /tmp/s.outage
  for folder in /lib /lib64 /usr/lib /usr/lib64; do
    if [ -L "$folder" ]; then set -- "$@" --symlink "$(readlink "$folder")" "$folder"; elif [ -d "$folder" ]; then set -- "$@" --ro-bind "$folder" "$folder"; fi
  done
  bwrap "$@" /opt/outage/bin/outage explore /tmp/s.outage > "$work/inside" || fail "it does not run in an empty root"
  cmp "$work/outside" "$work/inside" || fail "it says something else in an empty root"
  bwrap "$@" /opt/outage/bin/outage repl --no-rc -c '1 + 1' | grep -qx 2 || fail "the prompt does not answer"
else
  skip bwrap "the run without Swift and without /proc"
fi

# Pages and completions can be read.
for page in "$root"/share/man/man1/*.1; do
  if command -v man > /dev/null; then
    said=$(LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -E UTF-8 -l "$page" 2>&1 > /dev/null)
    [ -z "$said" ] || fail "$page: $said"
  fi
done
for word in run explore test replay check fmt repl; do [ -f "$root/share/man/man1/outage-$word.1" ] || fail "no page of $word"; done
bash -n "$root/share/bash-completion/completions/outage"
if command -v zsh > /dev/null; then zsh -n "$root/share/zsh/site-functions/_outage"; else skip zsh "its completions"; fi
if command -v fish > /dev/null; then fish -n "$root/share/fish/vendor_completions.d/outage.fish"; else skip fish "its completions"; fi

for package in "$out"/outage_*.deb; do
  [ -f "$package" ] || { skip dpkg-deb "the package"; break; }
  dpkg-deb --extract "$package" "$work/deb"
  cmp "$work/deb/usr/bin/outage" "$root/bin/outage"
  if command -v lintian > /dev/null; then
    # It is no upload to Debian, whose first one closes a request for the package.
    lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$package" 2> "$work/said" || fail "$(cat "$work/said")"
  else
    skip lintian "the package's form"
  fi
done
echo "check: all is well"
