/* SPDX-License-Identifier: BSD-2-Clause */
/* netns_cure.c - why a system lets nobody make namespaces, and what helps. */
#include "intercept/netns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number in a file below /proc/sys; -1: there is no such file. */
static long netns_setting(const char *root, const char *name)
{
	char path[400], text[32];
	long value = -1;
	FILE *f;

	snprintf(path, sizeof path, "%s/proc/sys/%s", root, name);
	f = fopen(path, "re");
	if (!f)
		return -1;
	if (fgets(text, sizeof text, f))
		value = strtol(text, NULL, 10);
	fclose(f);
	return value;
}

static const char apparmor[] =
	"AppArmor lets a program use its namespaces only where a profile "
	"allows it \"userns\"; write one for adit, or, as root: sysctl "
	"kernel.apparmor_restrict_unprivileged_userns=0";
static const char limit[] =
	"the limit of namespaces is reached; as root: sysctl "
	"user.max_user_namespaces=10000 user.max_net_namespaces=10000 "
	"user.max_mnt_namespaces=10000";
static const char debian[] = "only root may make namespaces here; as root: "
			     "sysctl kernel.unprivileged_userns_clone=1";
static const char filter[] =
	"a filter refuses it, as containers have one; start the container with "
	"a seccomp profile that allows unshare, or run adit outside of it";
static const char kernel[] =
	"this kernel is built without user or network namespaces";

static const char *netns_explain(const struct netns_refusal *r)
{
	if (r->made && netns_setting(r->root, "kernel/apparmor_restrict_"
					      "unprivileged_userns") == 1)
		return apparmor;
	if (r->error == ENOSPC)
		return limit;
	if (netns_setting(r->root, "kernel/unprivileged_userns_clone") == 0)
		return debian;
	if (r->error == EPERM)
		return filter;
	if (r->error == EINVAL || r->error == ENOSYS)
		return kernel;
	return strerror(r->error);
}

void netns_cure(const struct netns_refusal *r, char *dst, size_t cap)
{
	snprintf(dst, cap, "cannot make a network for the command: %s",
		 netns_explain(r));
}
