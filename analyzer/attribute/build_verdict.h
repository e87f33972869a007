/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decisions that need the objects' contents: which of those found are really part
 * of the kernel. The first two functions change the list's certainties; what is
 * LINK_CERTAIN at the end is part of the kernel, nothing else is.
 */
#ifndef ANALYZER_ATTRIBUTE_BUILD_VERDICT_H
#define ANALYZER_ATTRIBUTE_BUILD_VERDICT_H

#include "analyzer/attribute/build_discovery.h"
#include "analyzer/attribute/object_loader.h"

/*
 * Objects marked maybe_composite that are links of other objects give way to
 * those: M.o of a module to its members, x.o of a built-in composite likewise.
 *
 * Recognised by content: the named symbols (name, size) of a composite are those
 * of its members together, and so are its bytes but for alignment. An object that
 * is explained only in part is not a composite and stays.
 */
int build_resolve_composites(struct build_list *list, const struct object_loader *loader);

/*
 * Leaves out objects of another machine, class or byte order than vmlinux (or, without
 * a vmlinux, than most), then decides LINK_LIKELY and LINK_DOUBTFUL by vmlinux's symbols: an object
 * is linked if at least half of its global symbols (its functions, if it has no global ones) stand
 * there with the same size. Where vmlinux or the object has no symbols to compare, likely ones stay
 * and doubtful ones go.
 */
int build_apply_proof(struct build_plan *plan, const struct object_loader *loader);

/*
 * Gives LLVM bitcode objects what vmlinux tells about them: the local symbols
 * that stand behind the STT_FILE of their source, where that file name occurs once in
 * vmlinux and once among the bitcode objects. Global symbols carry no file name in vmlinux,
 * so this is a part of each object, never the whole.
 */
int build_recover_bitcode(struct build_plan *plan, struct object_loader *loader);

#endif
