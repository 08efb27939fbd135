#!/bin/sh
# Makes the pages of OutageKit: document.sh OBJECTS OUT. OBJECTS is where `swift build` left the modules.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
objects=$1 out=$2
tools=$(dirname "$(readlink -f "$(command -v "${SWIFTC:-swiftc}")")")
symbols=$(mktemp -d)
trap 'rm -rf "$symbols"' EXIT
target=$("${SWIFTC:-swiftc}" -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -n 1)
"$tools/swift-symbolgraph-extract" -module-name OutageKit -target "$target" -minimum-access-level public \
  -I "$objects/Modules" -Xcc -fmodule-map-file="$objects/CShim.build/module.modulemap" -output-dir "$symbols"
"$tools/docc" convert "$here/OutageKit.docc" --warnings-as-errors --additional-symbol-graph-dir "$symbols" --output-path "$out" \
  --fallback-display-name OutageKit --fallback-bundle-identifier outage.OutageKit --transform-for-static-hosting
