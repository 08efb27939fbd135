#!/bin/sh
# Packs what stage.sh laid out: tarball.sh STAGED NAME FOLDER. Owners, times and order are the same each time.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
staged=$1 name=$2 out=$3
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct)}
mkdir -p "$out"
tar --create --directory "$staged" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner \
  --transform "s,^\./,$name/,;s,^\.\$,$name," . | gzip -9n > "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
