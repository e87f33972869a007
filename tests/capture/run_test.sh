#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kmem-capture against a tracefs made of plain files: run_test.sh [PROGRAM]
#
# What it records, saves and puts back, in every shell it has to run in that is here.
# With PROGRAM (trace_analyze) the bundle must also be read whole. On a real kernel:
# tests/qemu/run_capture.sh.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
capture=$(realpath "$here/../../analyzer/kmem-capture")
log=$(realpath "$here/../../testdata/boot.log")
program=${1:+$(realpath "$1")}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
failed=0
passed=0

check() { # WHAT COMMAND...
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		echo "FAILED in $shell: $what"
		failed=$((failed + 1))
	fi
}

make_buffer() { # FOLDER
	local event
	mkdir -p "$1"/options "$1"/per_cpu/cpu{0,1} "$1"/events/kmem
	echo 1 > "$1/tracing_on"
	echo "[local] global mono" > "$1/trace_clock"
	echo "7 (expanded: 1408)" > "$1/buffer_size_kb"
	echo nop > "$1/current_tracer"
	echo 0 > "$1/events/enable"
	echo 0 > "$1/options/stacktrace"
	echo 1 > "$1/options/hash-ptr"
	for event in kmalloc kmem_cache_alloc kfree kmem_cache_free mm_page_alloc; do
		mkdir "$1/events/kmem/$event"
		echo 0 > "$1/events/kmem/$event/enable"
	done
	for cpu in 0 1; do
		printf 'entries: 5\noverrun: %d\ncommit overrun: 0\ndropped events: 0\n' "$((cpu * 7))" \
			> "$1/per_cpu/cpu$cpu/stats"
	done
	: > "$1/trace"
}

# A tracefs whose instances get their files as the kernel's do, by a mkdir of our own.
make_tracefs() { # instances|main
	rm -rf tracefs tracefs.before template bin
	make_buffer tracefs
	mkdir bin
	if [[ $1 == instances ]]; then
		mkdir tracefs/instances
		make_buffer template
		cat > bin/mkdir <<-END
			#!/bin/sh
			case \$1 in
			*/instances/*) cp -r "$scratch/template" "\$1" ;;
			*) exec /bin/mkdir "\$@" ;;
			esac
		END
		printf '#!/bin/sh\nrm -r "$@"\n' > bin/rmdir
		chmod +x bin/*
	fi
	cp -r tracefs tracefs.before
}

run() { # ARGUMENTS...
	status=0
	TRACEFS=$scratch/tracefs PATH=$scratch/bin:$PATH $shell "$capture" "$@" > out 2> err < /dev/null || status=$?
}

unchanged() {
	# "expanded" is the size that using the buffer gives it for good
	sed -i 's/^7 (expanded: 1408)$/1408/' tracefs*/buffer_size_kb
	# and plain files do not mark the clock chosen
	sed -i 's/^\[local\] .*/local/' tracefs*/trace_clock
	diff -r -x trace tracefs.before tracefs && [[ -z $(tr -d '\n' < tracefs/trace) ]]
}

nothing_else_left() { # FILE...
	local name
	for name in *; do
		case " $* out err tracefs tracefs.before bin template members " in
		*" $name "*) ;;
		*) return 1 ;;
		esac
	done
}

has_members() { # TAR NAME...
	local tar=$1 name
	tar -tf "$tar" > members
	shift
	for name in "$@"; do
		grep -qx "kmem-capture/$name" members || return 1
	done
}

test_command() { # instances|main
	local where=tracefs
	make_tracefs "$1"
	rm -f ./*.tar* ./*.txt during
	if [[ $1 == instances ]]; then
		where='tracefs/instances/*'
	fi
	# shellcheck disable=SC2086 # a pattern
	run -s -b 2048 -o b.tar.gz sh -c "cat $where/tracing_on $where/buffer_size_kb $where/trace_clock \
		$where/options/* $where/events/kmem/*/enable | tr '\n' ' ' > during; cp $log $where/trace; exit 7"
	check "$1: the status is that of the command" [ $status -eq 7 ]
	# tracing_on buffer clock hash-ptr stacktrace, then kfree kmalloc kmem_cache_alloc _free mm_page_alloc
	check "$1: what is set while it runs" [ "$(cat during)" = "1 2048 global 0 1 1 1 1 1 0 " ]
	check "$1: tracing is as before" unchanged
	check "$1: nothing is left but the tar" nothing_else_left b.tar.gz during
	check "$1: what the tar holds" has_members b.tar.gz trace.gz percpu_stats about version
	check "$1: losses are told" grep -q '7 events were lost' err
	tar -xzf b.tar.gz -C . && gzip -dc kmem-capture/trace.gz | cmp -s - "$log"
	check "$1: the trace is whole" [ $? -eq 0 ]
	rm -rf kmem-capture
	if [[ -n $program ]]; then
		# the kallsyms in it is this machine's, the log is not
		"$program" --force -q -f b.tar.gz -c bundle.txt && "$program" -q -f "$log" -c plain.txt
		check "$1: the bundle gives the account of the trace" cmp plain.txt bundle.txt
	fi
}

test_interrupted() { # instances|main
	make_tracefs "$1"
	rm -f ./*.tar* ./*.txt during
	TRACEFS=$scratch/tracefs PATH=$scratch/bin:$PATH $shell "$capture" -o c.tar sleep 60 > out 2> err < /dev/null &
	local pid=$! waited=0
	while ! grep -q recording err 2> /dev/null && [[ $waited -lt 50 ]]; do
		sleep 0.1
		waited=$((waited + 1))
	done
	sleep 0.3
	kill -TERM $pid
	wait $pid || true
	check "$1: interrupted, tracing is as before" unchanged
	check "$1: interrupted, the tar is there" has_members c.tar trace.gz percpu_stats
	check "$1: interrupted, nothing else is left" nothing_else_left c.tar
}

test_refusals() {
	make_tracefs main
	run -t none
	check "a bad number" grep -q 'not a number' err
	run -b 999999999 true
	check "a buffer larger than memory" grep -q 'do not fit' err
	check "refused, tracing is as before" unchanged
	echo function > tracefs/current_tracer
	cp tracefs/current_tracer tracefs.before/
	run true
	check "tracing in use is left alone" [ $status -eq 1 ]
	check "tracing in use is said" grep -q 'in use' err
	check "tracing in use is unchanged" unchanged
	rm -r tracefs/events/kmem/kmalloc
	run true
	check "no events are said" grep -q 'no kmem events' err
	TRACEFS=$scratch/nowhere $shell "$capture" true 2> err || true
	check "no tracefs is said" grep -q 'no tracefs' err
}

test_boot() {
	make_tracefs main
	run -B -s -p -b 4096
	check "the line for the boot loader" grep -qx \
		'trace_event=kmem:kmalloc,kmem:kmem_cache_alloc,kmem:kfree,kmem:kmem_cache_free,kmem:mm_page_alloc trace_buf_size=4096K trace_clock=global trace_options=stacktrace no_hash_pointers' out
	cp "$log" tracefs/trace
	rm -f ./*.tar* ./*.txt during
	run -C -o d.tar.gz
	check "a boot trace is collected" has_members d.tar.gz trace.gz percpu_stats about
	check "and stays where it is" cmp -s "$log" tracefs/trace
	check "with tracing as before" diff -r -x trace tracefs.before tracefs
}

for shell in dash "busybox sh" "bash --posix"; do
	if ! command -v "${shell%% *}" > /dev/null; then
		echo "skipped: there is no ${shell%% *}"
		continue
	fi
	# Debian's busybox runs its own mkdir whatever PATH says: no instances there
	if [[ $shell != busybox* ]]; then
		test_command instances
		test_interrupted instances
	fi
	test_command main
	test_interrupted main
	test_refusals
	test_boot
done
echo "capture: $passed passed, $failed failed"
[[ $failed -eq 0 ]]
