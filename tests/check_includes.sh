#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Proves that the stages know only what comes before them: check_includes.sh [ROOT]
#
# Every #include "..." must name an existing file from the root of the project,
# in a folder that the including folder may know (table below); a library may be
# included only where the table says that it is used. Every header must carry the
# include guard of its path (but *_body.h, which is code to be compiled in several
# ways), every C file its licence. Exit 1 and one line per violation.
set -euo pipefail

root=${1:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$root"

# Folder: the folders it may include. main.c and the tests see everything.
declare -A may_know=(
	[elfsyms]="elfsyms"
	[analyzer/base]="analyzer/base"
	[analyzer/input]="analyzer/base analyzer/input"
	[analyzer/account]="analyzer/base analyzer/input analyzer/account"
	[analyzer/attribute]="analyzer/base analyzer/input analyzer/account analyzer/attribute elfsyms"
	[analyzer/report]="analyzer/base analyzer/input analyzer/account analyzer/attribute analyzer/report"
	[render]="analyzer/base analyzer/attribute render"
	[analyzer/cli]="analyzer/base analyzer/input analyzer/account analyzer/attribute analyzer/report
		elfsyms render analyzer/cli"
)

# Library header (pattern) and the folders that may use it.
library_users() { # HEADER
	case $1 in
	libelf.h | gelf.h | dwarf.h | elfutils/*) echo "elfsyms" ;;
	elf.h) echo "elfsyms analyzer/attribute" ;; # its constants: STT_FUNC, ET_REL
	cairo*) echo "render" ;;
	traceevent/* | tracefs/* | trace-cmd/* | zstd.h) echo "analyzer/input" ;;
	archive.h | archive_entry.h) echo "analyzer/input elfsyms" ;; # traces; modules
	sqlite3.h | json-c/*) echo "analyzer/report" ;;
	cmocka.h) echo "tests" ;;
	esac
}

violations=0
violation() { # FILE TEXT
	echo "$1: $2"
	violations=$((violations + 1))
}

# The entry of the table a file falls under: its longest prefix.
stage_of() { # FILE
	local folder=${1%/*}
	while [[ -n $folder && $folder != "$1" ]]; do
		if [[ -n ${may_know[$folder]:-} || $folder == tests ]]; then
			echo "$folder"
			return
		fi
		[[ $folder == */* ]] || break
		folder=${folder%/*}
	done
}

is_in() { # WORD LIST
	local item
	for item in $2; do
		[[ $item == "$1" ]] && return 0
	done
	return 1
}

check_own_include() { # FILE STAGE INCLUDED
	local target
	if [[ $2 == tests && (-e tests/$3 || -e ${1%/*}/$3) ]]; then
		return
	fi
	if [[ ! -e $3 ]]; then
		violation "$1" "includes \"$3\", which is no file of the project (write the path from its root)"
		return
	fi
	if [[ -z $2 || $2 == tests ]]; then
		return
	fi
	target=$(stage_of "$3")
	if ! is_in "$target" "${may_know[$2]}"; then
		violation "$1" "$2 must not know ${target:-${3%/*}}, but includes \"$3\""
	fi
}

check_library_include() { # FILE STAGE INCLUDED
	local users
	users=$(library_users "$3")
	if [[ -n $users && $2 != tests ]] && ! is_in "$2" "$users"; then
		violation "$1" "<$3> belongs to $users only"
	fi
}

# The guard is the path; alternatives of which only one may be included (x_sse2.h,
# x_neon.h) share that of their common beginning (x.h).
check_guard() { # FILE
	local wanted=${1^^} guard
	wanted=${wanted//[^A-Z0-9]/_}
	guard=$(sed -nE '/^#/ { s/^#ifndef ([A-Z0-9_]+_H)$/\1/p; q }' "$1")
	if [[ -z $guard || ($wanted != "$guard" && $wanted != "${guard%H}"*) ]] ||
		! grep -qx "#define $guard" "$1"; then
		violation "$1" "has no include guard $wanted"
	fi
}

check_file() { # FILE
	local file=$1 stage included
	stage=$(stage_of "$file")
	if [[ -z $stage && $file != analyzer/main.c ]]; then
		violation "$file" "stands in a folder that has no place in the order of the stages"
	fi
	if [[ $(head -n1 "$file") != "/* SPDX-License-Identifier: GPL-2.0-or-later */" ]]; then
		violation "$file" "does not begin with its SPDX licence line"
	fi
	while read -r included; do
		case $included in
		\"*) check_own_include "$file" "$stage" "${included//\"/}" ;;
		*) check_library_include "$file" "$stage" "${included//[<>]/}" ;;
		esac
	done < <(sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*("[^"]+"|<[^>]+>).*/\1/p' "$file")
	if [[ $file == *.h && $file != *_body.h ]]; then
		check_guard "$file"
	fi
}

while read -r file; do
	check_file "$file"
done < <(find analyzer elfsyms render tests -name '*.[ch]' | sort)

if [[ $violations -gt 0 ]]; then
	echo "$violations violations"
	exit 1
fi
echo "include direction, guards and licences are in order"
