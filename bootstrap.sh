#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# From a bare Debian 12 to a running trace_analyze: see usage below.
#
# Everything is made under build/. A step of `check` that passed is not repeated
# until a source, a compiler or the lab changes (stamps in build/stamps); remove
# build/ to start afresh.
set -euo pipefail

usage() {
	cat <<-'END'
		usage: ./bootstrap.sh demo           build, then analyze testdata/: an account and a ring chart
		       ./bootstrap.sh check          build with gcc and clang, run every test
		       ./bootstrap.sh fuzz [SECONDS] fuzz each target for SECONDS (60)
		       ./bootstrap.sh packages       install what the others need, nothing else
	END
}

build_packages="cmake fonts-dejavu-core gcc libarchive-dev libc6-dev libcairo2-dev libdw-dev libelf-dev
	libfontconfig-dev libjson-c-dev libpng-dev libsqlite3-dev libtracecmd-dev libtraceevent-dev libtracefs-dev
	libxxhash-dev libzstd-dev ninja-build
	pkg-config zlib1g-dev"
test_packages="binutils busybox clang clang-format clang-tidy elfutils libclang-rt-dev libcmocka-dev python3
	shellcheck sqlite3 valgrind xz-utils zstd"

# Their test is skipped where they cannot be had.
browser_packages=(chromium chromium-driver)

cd "$(dirname "$0")"
lab=${TA_LAB:-../shared/lab}
program=build/release/analyzer/trace_analyze

say() {
	printf '== %s\n' "$*"
}

fail() {
	printf 'bootstrap.sh: %s\n' "$*" >&2
	exit 1
}

as_root() { # COMMAND...
	if [[ $(id -u) -eq 0 ]]; then
		"$@"
	elif command -v sudo > /dev/null && { sudo -n true 2> /dev/null || [[ -t 0 ]]; }; then
		sudo "$@"
	else
		return 1
	fi
}

# apt-get is asked only if something is missing: without a network a second run still works.
install_packages() { # PACKAGE...
	local missing=() package
	if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
		say "no Debian: these packages, or what they are called here, must be there: $*"
		return
	fi
	for package in "$@"; do
		if [[ $(dpkg-query -W -f='${Status}' "$package" 2> /dev/null) != "install ok installed" ]]; then
			missing+=("$package")
		fi
	done
	if [[ ${#missing[@]} -eq 0 ]]; then
		return
	fi
	say "installing ${missing[*]}"
	mkdir -p build/log
	if ! as_root true; then
		fail "these packages are missing, and only root can install them:
    apt-get install ${missing[*]}"
	fi
	if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "${missing[@]}"; } > build/log/packages 2>&1; then
		tail -n 20 build/log/packages >&2
		fail "apt-get could not install ${missing[*]} (all of it: build/log/packages)"
	fi
}

# Debian 12's compilers are the ones whose warnings were dealt with.
is_debian_12() {
	[[ -r /etc/os-release ]] && grep -qx 'ID=debian' /etc/os-release &&
		grep -qx 'VERSION_ID="12"' /etc/os-release
}

build() { # PRESET [TARGET]
	local werror=OFF tests=ON
	if is_debian_12; then
		werror=ON
	fi
	if [[ $1 == release ]]; then
		tests=OFF
	fi
	cmake --preset "$1" -DTA_WERROR=$werror -DTA_TESTS=$tests &&
		cmake --build --preset "$1" --target "${2:-all}"
}

quietly() { # NAME COMMAND...
	local log=build/log/$1
	shift
	mkdir -p build/log
	if ! "$@" > "$log" 2>&1; then
		tail -n 60 "$log" >&2
		fail "failed: $* (all of it: $log)"
	fi
}

run_demo() {
	local folder=build/demo
	mkdir -p "$folder"
	say "$program -k testdata/linux -f testdata/boot.log -c $folder/account.txt -r $folder/rings.png"
	"$program" -k testdata/linux -f testdata/boot.log -c "$folder/account.txt" -r "$folder/rings.png"
	say "the account, $folder/account.txt:"
	head -n 20 "$folder/account.txt"
	say "the summary: $program -k testdata/linux -f testdata/boot.log"
	"$program" -k testdata/linux -f testdata/boot.log
	say "the ring chart: $PWD/$folder/rings.png"
}

# What a step's result depends on: every file of the project, the compilers, the lab.
sources_key() {
	{
		find . '(' -path ./build -o -path ./.git ')' -prune -o -type f -print0 | sort -z |
			xargs -0 sha256sum
		gcc --version
		clang --version
		if [[ -d $lab ]]; then
			find "$lab" -type f -printf '%P %s\n' | sort
		fi
	} | sha256sum | cut -d' ' -f1
}

passed_count=0
failed_count=0

# Adds what a log says about numbers of tests; a step that prints none is one test.
count_tests() { # STATUS LOG
	local counts
	counts=$(sed -nE \
		-e 's/^([a-z]+): ([0-9]+) passed, ([0-9]+) failed$/\2 \3/p' \
		-e 's/^[0-9]+% tests passed, ([0-9]+) tests failed out of ([0-9]+)$/\2-\1 \1/p' "$2" |
		awk '{ split($1, part, "-"); passed += part[1] - part[2]; failed += $2 }
			END { print passed + 0, failed + 0 }')
	if [[ $1 -ne 0 && $counts == *" 0" ]]; then
		counts="${counts% 0} 1"
	elif [[ $counts == "0 0" ]]; then
		counts="1 0"
	fi
	echo "$counts"
}

step() { # NAME COMMAND...
	local name=$1 status=0 passed failed started=$SECONDS
	local stamp=build/stamps/$1 log=build/log/$1
	shift
	mkdir -p build/stamps build/log
	if [[ -e $stamp && $(head -n1 "$stamp") == "$key" ]]; then
		passed=$(tail -n1 "$stamp")
		failed=0
		say "$name: $passed passed, unchanged since"
	else
		say "$name"
		rm -f "$stamp"
		"$@" > "$log" 2>&1 || status=$?
		read -r passed failed < <(count_tests "$status" "$log")
		if [[ $failed -gt 0 ]]; then
			tail -n 60 "$log"
			say "$name: $passed passed, $failed failed, $((SECONDS - started)) s (all of it: $log)"
		else
			grep -h '^skipped: ' "$log" | sort -u || true
			printf '%s\n%s\n' "$key" "$passed" > "$stamp"
			say "$name: $passed passed, $((SECONDS - started)) s"
		fi
	fi
	passed_count=$((passed_count + passed))
	failed_count=$((failed_count + failed))
}

build_and_test() { # PRESET TARGET CTEST_OPTIONS...
	local preset=$1 target=$2
	shift 2
	build "$preset" "$target" &&
		ctest --test-dir "build/$preset" -j "$(nproc)" --output-on-failure "$@"
}

# Some cases at a time on every core.
golden() { # OPTIONS AND PROGRAM... -- CASE...
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	printf '%s\0' "$@" | xargs -0 -n 8 -P "$(nproc)" tests/golden/run.sh "${options[@]}"
}

test_release() {
	local cases=(tests/golden/cases/*/)
	cases=("${cases[@]%/}")
	build release && golden "$program" -- "${cases[@]##*/}" &&
		cmake --install build/release --prefix build/install &&
		build/install/bin/trace_analyze --version &&
		(ulimit -v 150000 && "$program" -f testdata/boot.log) # no room for the heap's reserve
}

# The hot path in instructions per event: a guard that holds on noisy machines.
test_instructions() {
	cmake -S . -B build/bench -G Ninja -DCMAKE_BUILD_TYPE=Release -DTA_LTO=ON &&
		cmake --build build/bench --target bench_decode &&
		tests/bench/instructions.sh build/bench/tests/bench/bench_decode testdata/boot.log
}

# Files and lines beside binutils and elfutils.
test_lines() {
	cmake -S . -B build/bench -G Ninja -DCMAKE_BUILD_TYPE=Release -DTA_LTO=ON &&
		cmake --build build/bench --target lab_resolve_addresses &&
		tests/lab/check_lines.py --cost "$program" build/bench/tests/lab/lab_resolve_addresses build/lab
}

test_valgrind() {
	local cases
	mapfile -t cases < tests/golden/valgrind.list
	golden --wrapper "valgrind -q --error-exitcode=99 --leak-check=full
		--suppressions=$PWD/tests/valgrind.supp" "$program" -- "${cases[@]}"
}

run_check() {
	if [[ -d $lab ]]; then
		quietly unpack tests/lab/unpack.sh "$lab" build/lab
		export TA_LAB=$PWD/build/lab
	else
		say "no lab at $lab: its tests are skipped"
	fi
	key=$(sources_key)
	step format tests/check_style.sh format
	step lengths tests/check_style.sh lengths
	step shell tests/check_style.sh shell
	step gcc build_and_test dev all
	step clang build_and_test fuzz fuzz_targets -L fuzz # the rest clang-tidy compiles, with all warnings
	step release test_release
	step valgrind test_valgrind
	step instructions test_instructions
	step fleet tests/fleet/run_parallel.sh "$program"
	step slurm tests/fleet/run_slurm.sh "$program"
	step kill python3 tests/kill/check_kill.py "$program"
	if [[ -d $lab ]]; then
		step oracle python3 tests/lab/check_oracle.py "$program" build/lab
		step lab python3 tests/lab/check_seen.py "$program" build/lab
		step blame python3 tests/lab/check_blame.py "$program" build/lab
		step lines test_lines
		step database python3 tests/lab/check_database.py "$program" build/lab
		step diff python3 tests/lab/check_diff.py "$program" build/lab
		step timeline python3 tests/lab/check_timeline.py "$program" build/lab
	fi
	if [[ -d $lab ]]; then
		step browser python3 tests/browser/check_report.py "$program" build/lab
	else
		step browser python3 tests/browser/check_report.py "$program"
	fi
	step tidy tests/check_tidy.sh build/fuzz
	echo "$passed_count passed, $failed_count failed"
	[[ $failed_count -eq 0 ]]
}

run_fuzz() { # SECONDS
	local target name
	quietly fuzz-build build fuzz fuzz_targets
	for target in build/fuzz/tests/fuzz/fuzz_*; do
		[[ -x $target && -f $target ]] || continue
		name=${target##*/fuzz_}
		mkdir -p "build/fuzz-work/$name"
		say "$name, $1 seconds"
		"$target" -max_total_time="$1" -timeout=10 -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1 \
			-artifact_prefix="build/fuzz-work/$name-" "build/fuzz-work/$name" "tests/fuzz/corpus/$name"
	done
}

read -r -d '' -a build_list <<< "$build_packages" || true
read -r -d '' -a test_list <<< "$test_packages" || true
case ${1:-} in
demo)
	install_packages "${build_list[@]}"
	quietly release build release
	run_demo
	;;
check)
	install_packages "${build_list[@]}" "${test_list[@]}"
	(install_packages "${browser_packages[@]}") || say "the tests in a browser are skipped"
	run_check < /dev/null
	;;
fuzz)
	install_packages "${build_list[@]}" "${test_list[@]}"
	run_fuzz "${2:-60}"
	;;
packages) install_packages "${build_list[@]}" "${test_list[@]}" "${browser_packages[@]}" ;;
*)
	usage >&2
	exit 2
	;;
esac
