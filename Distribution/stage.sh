#!/bin/sh
# Lays out what is installed below a prefix: stage.sh PROGRAM VERSION FOLDER. The same program gives the same bytes.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
program=$1 version=$2 out=$3
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct)}
date=$(date -u -d "@$epoch" +%Y-%m-%d)

rm -rf "$out"
umask 022
mkdir -p "$out/bin" "$out/share/bash-completion/completions" "$out/share/zsh/site-functions" \
  "$out/share/fish/vendor_completions.d" "$out/share/doc/outage/examples"
install -m 755 "$program" "$out/bin/outage"

"$out/bin/outage" --experimental-dump-help | python3 "$here/Distribution/manual.py" "$version" "$date" "$out/share/man/man1"
# Bash reads it; nobody runs it.
"$out/bin/outage" --generate-completion-script bash | sed '1{/^#!/d}' > "$out/share/bash-completion/completions/outage"
"$out/bin/outage" --generate-completion-script zsh > "$out/share/zsh/site-functions/_outage"
"$out/bin/outage" --generate-completion-script fish > "$out/share/fish/vendor_completions.d/outage.fish"

doc=$out/share/doc/outage
cp "$here/LICENSE" "$here/README.md" "$here/CHANGELOG.md" "$here/Grammar.md" "$here/Distribution/NOTICE" "$doc"
cp -r "$here/docs" "$doc/docs"
cp -r "$here/Scripts/." "$doc/examples"
find "$out" -type f ! -path "$out/bin/*" -exec chmod 644 {} +
find "$out" -type d -exec chmod 755 {} +
