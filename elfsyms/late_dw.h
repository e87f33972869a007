/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libdw, opened with the first debug info (not a public header). Most runs read none, and
 * all would pay for it and for the libraries it stands on. The prototypes are those of its
 * own headers, its functions are called as sym_NAME, and the soname is that of the library
 * the headers came with (cmake/late_library.cmake). analyzer/base/late_library.h does the same for
 * the analyzer; elfsyms depends on no other folder.
 */
#ifndef ELFSYMS_LATE_DW_H
#define ELFSYMS_LATE_DW_H

#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>

#include "elfsyms/error.h"

/* clang-format off */
#define LATE_DW(X) \
	X(dwarf_attr) \
	X(dwarf_attr_integrate) \
	X(dwarf_begin_elf) \
	X(dwarf_child) \
	X(dwarf_cu_die) \
	X(dwarf_cu_info) \
	X(dwarf_cuoffset) \
	X(dwarf_diename) \
	X(dwarf_dieoffset) \
	X(dwarf_end) \
	X(dwarf_errmsg) \
	X(dwarf_formaddr) \
	X(dwarf_formstring) \
	X(dwarf_formudata) \
	X(dwarf_get_units) \
	X(dwarf_getelf) \
	X(dwarf_getlocation) \
	X(dwarf_getlocation_attr) \
	X(dwarf_hasattr) \
	X(dwarf_haspc) \
	X(dwarf_lowpc) \
	X(dwarf_next_unit) \
	X(dwarf_offdie) \
	X(dwarf_ranges) \
	X(dwarf_siblingof) \
	X(dwarf_tag) \
	X(dwelf_elf_gnu_build_id) \
	X(dwelf_elf_gnu_debuglink) \
	X(dwfl_begin) \
	X(dwfl_end) \
	X(dwfl_errmsg) \
	X(dwfl_module_getdwarf) \
	X(dwfl_module_getelf) \
	X(dwfl_module_info) \
	X(dwfl_offline_section_address) \
	X(dwfl_report_end) \
	X(dwfl_report_offline)
/* clang-format on */

#define LATE_DW_DECLARE(function) extern __typeof__(function) *sym_##function;
LATE_DW(LATE_DW_DECLARE)

/*
 * Must have succeeded before any of them is called; any number of threads may call it.
 * ELFSYMS_IO: the library is not there, or lacks a function.
 */
int late_dw_load(struct elfsyms_error *err);

#endif
