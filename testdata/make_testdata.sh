#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes the files of this folder from the lab: make_testdata.sh UNPACKED_LAB
# where UNPACKED_LAB holds the lab's files without .zst and the tree as linux/.
# README.md says what each file is. Needs binutils and python3.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
lab=$(cd "${1:?usage: make_testdata.sh UNPACKED_LAB}" && pwd)
build=$lab/linux
slice=$here/linux
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The header of a log and COUNT lines from line FIRST on.
excerpt() { # LOG FIRST COUNT
	awk -v first="$2" -v end="$(($2 + $3))" '
		!body && /^#/ { print; next }
		{ body = 1 }
		NR >= end { exit }
		NR >= first' "$1"
}

copy_logs() {
	excerpt "$lab/boot.log" 615001 6000 > "$here/boot.log"
	excerpt "$lab/bootwork.log" 773501 400 > "$here/module.log"
	rm -rf "$here/formats"
	while read -r name; do
		mkdir -p "$here/formats/${name%/*}"
		cp "$lab/formats/$name" "$here/formats/$name"
	done < "$here/formats.list"
}

# Binary recordings. The kallsyms of trace.dat is cut to what it names. Needs trace-cmd, zstd.
copy_recordings() {
	mkdir -p "$here/recordings"
	trace-cmd report -i "$lab/formats/6.1/t.dat" |
		sed -n 's/.* call_site=\([^ +]*\)+.*/\1/p' | sort -u > "$work/names"
	python3 "$here/slim_tracedat.py" "$lab/formats/6.1/t.dat" "$here/recordings/trace.dat" \
		"$work/names"
	trace-cmd convert -i "$here/recordings/trace.dat" --file-version 6 \
		-o "$here/recordings/trace-v6.dat"
	# shellcheck disable=SC2046 # options, one a word
	cc "$here/zlib_tracedat.c" -o "$work/zlib_tracedat" \
		$(pkg-config --cflags --libs libtracecmd zlib)
	"$work/zlib_tracedat" "$here/recordings/trace.dat" "$here/recordings/trace-zlib.dat"
	cp "$lab/formats/6.1/p.data" "$here/recordings/perf.data"
	cp "$lab/formats/6.1/pz.data" "$here/recordings/perf-zstd.data"
}

# One file of the build into the slice. 32-bit ones are small as they are.
slim() { # PATH
	mkdir -p "$slice/$(dirname "$1")"
	if [ "$(od -An -tx1 -j4 -N1 "$build/$1" | tr -d ' ')" = 02 ]; then
		python3 "$here/slim_elf.py" "$build/$1" "$slice/$1"
	else
		objcopy --strip-debug "$build/$1" "$slice/$1"
	fi
}

copy_objects() {
	python3 "$here/select_slice.py" objects "$build" "$here/boot.log" "$here/module.log" \
		> "$work/objects"
	(cd "$build" && find fs/ext2 drivers/net -maxdepth 1 \
		'(' -path 'fs/ext2/*.*o' -o -name 'dummy.*o' ')' ! -name '*.a') > "$work/modules"
	# Built, but no part of vmlinux or of a module: a reader of the tree must leave these out.
	printf '%s\n' arch/x86/boot/cmdline.o arch/x86/boot/compressed/error.o \
		arch/x86/entry/vdso/vgetcpu.o arch/x86/realmode/rm/reboot.o scripts/mod/sumversion.o \
		.vmlinux.export.o init/version-timestamp.o > "$work/others"
	cat "$work/objects" "$work/modules" "$work/others" | while read -r path; do
		slim "$path"
	done
	printf '%s\n' fs/ext2/ext2.ko drivers/net/dummy.ko > "$slice/modules.order"
}

# Every archive of the build again, over the members that are in the slice.
make_archives() {
	(cd "$build" && find . -name '*.a' -printf '%P\n' | sort) | while read -r archive; do
		(cd "$build" && ar t "$archive") | (cd "$slice" && while read -r member; do
			if [ -e "$member" ]; then echo "$member"; fi
		done) > "$work/members"
		if [ -s "$work/members" ]; then
			(cd "$slice" && xargs ar cDPrST "$archive" < "$work/members")
		fi
	done
}

make_maps() {
	python3 "$here/select_slice.py" symbols "$build" "$work/objects" "$build/System.map" \
		> "$slice/System.map"
	cut -d' ' -f1,3 "$slice/System.map" > "$work/keep"
	python3 "$here/slim_elf.py" --keep "$work/keep" "$build/vmlinux" "$slice/vmlinux"
	python3 "$here/select_slice.py" sites "$lab/meta/bootwork/kallsyms" "$here/module.log" \
		> "$here/module.kallsyms"
	grep -P '\t\[ext2\]' "$lab/meta/bootwork/kallsyms" >> "$here/module.kallsyms"
	cp "$lab/meta/bootwork/modules" "$here/module.modules"
	grep -v '^#' "$build/.config" > "$slice/.config"
}

rm -rf "$slice"
copy_logs
copy_recordings
copy_objects
make_archives
make_maps
du -sb "$here"
