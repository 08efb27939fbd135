#!/bin/sh
# Links the C library: link-library.sh OBJECTS OUT. OBJECTS is where `swift build` left the objects of the targets; OUT
# gets the shared library under its names, and the static one. Both carry the Swift runtime within and export the names
# of outage.h, and nothing else.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
objects=$1 out=$2
header=$here/COutage/include/outage.h
major=$(sed -n 's/^#define OUTAGE_VERSION_MAJOR //p' "$header")
minor=$(sed -n 's/^#define OUTAGE_VERSION_MINOR //p' "$header")
# Before 1.0 a minor version may change the interface.
if [ "$major" = 0 ]; then abi=0.$minor; else abi=$major; fi
mkdir -p "$out"

names=$(grep -oE '\boutage_[a-z_]+\(' "$header" | tr -d '(' | sort -u)
{ echo "{ global:"; for n in $names; do echo "  $n;"; done; echo "  local: *; };"; } > "$out/exports.map"
echo "$names" > "$out/exports.txt"

files=
for target in CShim OutageSyntax OutageSemantics OutageModel OutageCompiler OutageEngine OutageExplorer OutageReport \
  OutageKit OutageC; do
  files="$files $(find "$objects/$target.build" -name '*.o' | sort | tr '\n' ' ')"
done

${SWIFTC:-swiftc} -emit-library -static-stdlib -use-ld=lld $files -o "$out/liboutage.so.$abi" -Xlinker -soname -Xlinker "liboutage.so.$abi" \
  -Xlinker --version-script="$out/exports.map" -Xlinker -z -Xlinker defs -Xlinker --gc-sections -Xlinker -s
ln -sf "liboutage.so.$abi" "$out/liboutage.so"

# One object, its names but those of the header made local, so that it gets along with any other Swift in the program.
runtime=$(${SWIFTC:-swiftc} -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')_static/linux
start=$(find "$runtime" -name swiftrt.o | grep "$(uname -m)")
ld -r -o "$out/outage.o" $files "$start" -L "$runtime" --start-group "$runtime"/libswiftCore.a \
  "$runtime"/libswift_Concurrency.a "$runtime"/libswift_StringProcessing.a "$runtime"/libswift_RegexParser.a \
  "$runtime"/libswiftSynchronization.a "$runtime"/libdispatch.a "$runtime"/libBlocksRuntime.a --end-group
objcopy --keep-global-symbols="$out/exports.txt" "$out/outage.o"
rm -f "$out/liboutage.a"
ar rcs "$out/liboutage.a" "$out/outage.o"
rm -f "$out/outage.o" "$out/exports.map" "$out/exports.txt"
