/* SPDX-License-Identifier: BSD-2-Clause */
/* sanitized.h - SANITIZED is defined where a compiler's sanitizer is at
 * work. */
#ifndef ADIT_PROCESS_SANITIZED_H
#define ADIT_PROCESS_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#endif
