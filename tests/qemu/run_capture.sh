#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kmem-capture on a real kernel with nothing but a busybox: boots a Debian kernel package in
# qemu (plain emulation, no root needed), records there, gets the bundle out through a
# serial port and analyzes it.
#
#     run_capture.sh PROGRAM KERNEL.deb [FOLDER]
#
# KERNEL.deb: a linux-image package (apt-get download linux-image-6.1.0-56-cloud-amd64); it
# is unpacked, not installed. Needs qemu-system-x86, busybox and cpio. The bundles and
# the console stay in FOLDER (default: a temporary one). Takes about a minute; no part of the
# checks.
set -euo pipefail

usage="usage: run_capture.sh PROGRAM KERNEL.deb [FOLDER]"
program=$(realpath "${1:?$usage}")
package=$(realpath "${2:?$usage}")
capture=$(realpath "$(dirname "$0")/../../analyzer/kmem-capture")
if [[ -n ${3:-} ]]; then
	mkdir -p "$3"
	folder=$(realpath "$3")
else
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
fi

fail() {
	echo "run_capture.sh: $*" >&2
	exit 1
}

for tool in qemu-system-x86_64 busybox cpio dpkg-deb; do
	command -v "$tool" > /dev/null || fail "$tool is missing"
done

# The guest: busybox, the script, and an init that runs it twice.
make_guest() {
	local root=$folder/root applet library
	rm -rf "$root"
	mkdir -p "$root"/{bin,dev,proc,sys,tmp}
	cp "$(command -v busybox)" "$root/bin/busybox"
	# Debian's package busybox is linked dynamically, busybox-static is not.
	for library in $(ldd "$root/bin/busybox" 2> /dev/null | grep -o '/[^ ]*' || true); do
		mkdir -p "$root${library%/*}"
		cp "$library" "$root$library"
	done
	for applet in $(busybox --list | grep -vx busybox); do
		ln -sf busybox "$root/bin/$applet"
	done
	cp "$capture" "$root/bin/kmem-capture"
	cat > "$root/init" <<-'END'
		#!/bin/sh
		export PATH=/bin
		mount -t devtmpfs dev /dev
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		mount -t tracefs tracefs /sys/kernel/tracing
		state() {
			cd /sys/kernel/tracing
			ls instances
			cat tracing_on trace_clock buffer_size_kb set_event options/* events/kmem/*/enable
			cd /
		}
		kmem-capture -C -o /tmp/boot.tar.gz
		stty -F /dev/ttyS1 raw
		stty -F /dev/ttyS2 raw
		cat /tmp/boot.tar.gz > /dev/ttyS1
		echo 0 > /sys/kernel/tracing/events/enable
		state > /tmp/before
		kmem-capture -o /tmp/work.tar.gz sh -c '
			for i in 1 2 3 4 5 6 7 8 9 10; do mkdir /tmp/$i; cp /bin/busybox /tmp/$i/b; ls -lR /proc/self > /dev/null; done
			rm -r /tmp/[0-9]*; exit 5'
		echo "MARK status $?"
		cat /tmp/work.tar.gz > /dev/ttyS2
		kmem-capture -t 60 -b 1024 -o /tmp/interrupted.tar.gz &
		sleep 4
		kill -TERM $! # INT is ignored in the background
		wait
		state > /tmp/after
		cmp /tmp/before /tmp/after && echo "MARK tracing as before"
		echo "MARK left in /tmp: $(ls /tmp)"
		poweroff -f
	END
	chmod +x "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) > "$folder/initramfs"
}

run_guest() {
	local line
	line="console=ttyS0 panic=-1 quiet 8250.nr_uarts=4"
	line+=" trace_event=kmem:kmalloc,kmem:kmem_cache_alloc,kmem:kfree,kmem:kmem_cache_free"
	line+=" trace_buf_size=48M trace_clock=global no_hash_pointers"
	timeout 300 qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m 1024 -no-reboot -nographic -monitor none \
		-kernel "$folder"/kernel/boot/vmlinuz-* -initrd "$folder/initramfs" -append "$line" \
		-serial "file:$folder/console" -serial "file:$folder/boot.tar.gz" -serial "file:$folder/work.tar.gz" \
		< /dev/null || fail "qemu ended with $?; see $folder/console"
}

analyze() { # BUNDLE
	echo "== $1"
	tar -tzf "$folder/$1" | tr '\n' ' '
	echo
	"$program" -f "$folder/$1" > "$folder/$1.summary" || fail "$1 cannot be analyzed"
	sed -n '1,25p; /How far/,$p' "$folder/$1.summary"
	"$program" -q -f "$folder/$1" -c "$folder/$1.account"
	tar -xzOf "$folder/$1" kmem-capture/trace.gz | gzip -dc > "$folder/trace"
	"$program" -q -f "$folder/trace" -c "$folder/trace.account"
	cmp "$folder/$1.account" "$folder/trace.account" || fail "$1: another account than its trace"
}

mkdir -p "$folder/kernel"
dpkg-deb -x "$package" "$folder/kernel"
make_guest
SECONDS=0
run_guest
echo "the guest ran for $SECONDS s"
grep -aE '^(MARK|kmem-capture)' "$folder/console" | tr -d '\r'
grep -aq '^MARK status 5' "$folder/console" || fail "the command's status was lost"
grep -aq '^MARK tracing as before' "$folder/console" || fail "tracing was not put back"
analyze boot.tar.gz
analyze work.tar.gz
echo "capture in qemu: passed"
