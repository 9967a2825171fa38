/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_init.c - aditctl init: makes the configuration, certificate and first
 * user of a gateway. */
#include "aditctl/ctl_reach.h"

#include "base/addr.h"
#include "base/err.h"
#include "frame/payload.h"
#include "process/privs.h"
#include "policy/users.h"
#include "tls/key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_CAP = PATH_MAX, MADE_MAX = 6 /* two folders, four files */ };

struct init {
	const struct ctl *ctl;
	const char *dir;
	char real[PATH_CAP]; /* the same as an absolute path, once it exists */
	const char *user;
	struct addr at;      /* to listen on */
	char name[HOST_CAP]; /* "" if none was given */
	char host[HOST_CAP]; /* what agents dial */
	char pin[TLS_PIN_TEXT];
	const char *made[MADE_MAX]; /* files and folders in dir; "": itself */
	unsigned nmade;
};

static const char sample[] =
	"; aditd.ini - made by aditctl init; see aditd.ini(5).\n"
	"; `aditd -t -c FILE` checks it, `aditctl -c FILE reload` applies it.\n"
	"; Paths are relative to this file.\n"
	"\n"
	"[server]\n"
	"%s\n"
	"; user = adit                  ; who the worker runs as, when root "
	"starts aditd\n"
	"\n"
	"[gateway main]\n"
	"listen = %s\n"
	"%s%s%s"
	"certificate = tls/cert.pem\n"
	"private_key = tls/key.pem\n"
	"users = users                  ; aditctl -c FILE passwd NAME adds "
	"one\n"
	"\n"
	"; What users may reach.  An example, to be changed:\n"
	";\n"
	"; [resource intranet]\n"
	"; host = 10.1.1.10\n"
	"; port = 23\n"
	";\n"
	"; [group staff]\n"
	"; users = *\n"
	"; resources = intranet\n";

/* ---- files --------------------------------------------------------------- */

static int path_of(const struct init *in, const char *name, char *path)
{
	int n = snprintf(path, PATH_CAP, "%s%s%s", in->dir, *name ? "/" : "",
			 name);

	return n > 0 && n < PATH_CAP ?
		       CTL_OK :
		       ctl_fail(CTL_USAGE, "%s: the path is too long", in->dir);
}

static const char *init_cure(void)
{
	return errno == EACCES ? "; run aditctl as root, or name a folder of "
				 "your own" :
				 "";
}

/* Where one file could not be made, none is left: refuse_old would not let the
 * next try go on. */
static void remove_made(const struct init *in)
{
	char path[PATH_CAP];

	for (unsigned i = in->nmade; i-- > 0;)
		if (!path_of(in, in->made[i], path))
			(void)remove(path);
}

/* False: errno says why. */
static bool write_whole(int fd, const char *p, size_t n)
{
	ssize_t done = 0;

	for (; n && (done = write(fd, p, n)) > 0; n -= (size_t)done)
		p += done;
	return !n;
}

static int write_new(struct init *in, const char *name, const void *p, size_t n)
{
	char path[PATH_CAP];
	int status = path_of(in, name, path), fd;

	if (status)
		return status;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd < 0)
		return ctl_fail(CTL_FAILED, "%s: %s%s", path, strerror(errno),
				errno == EEXIST ?
					"; init overwrites nothing: "
					"name another folder, or remove it" :
					init_cure());
	in->made[in->nmade++] = name;
	if (write_whole(fd, p, n) && !fsync(fd) && !close(fd))
		return CTL_OK;
	return ctl_fail(CTL_FAILED,
			"cannot write %s: %s; init has removed what it made",
			path, strerror(errno));
}

/* Checked before a password is asked for or anything is made. */
static int refuse_old(const struct init *in)
{
	static const char *const names[] = {
		"aditd.ini",
		"users",
		"tls/cert.pem",
		"tls/key.pem",
	};
	char path[PATH_CAP];
	int status = CTL_OK;

	for (size_t i = 0; i < ARRAY_LEN(names) && !status; i++) {
		status = path_of(in, names[i], path);
		if (!status && !access(path, F_OK))
			status = ctl_fail(CTL_FAILED,
					  "%s is there already: "
					  "init overwrites nothing; name "
					  "another folder, or remove it",
					  path);
	}
	return status;
}

static int make_folder(struct init *in, const char *name)
{
	char path[PATH_CAP];
	int status = path_of(in, name, path);
	struct stat st;

	if (status)
		return status;
	if (!mkdir(path, 0700)) {
		in->made[in->nmade++] = name;
		return CTL_OK;
	}
	if (errno != EEXIST)
		return ctl_fail(CTL_FAILED, "%s: %s%s", path, strerror(errno),
				init_cure());
	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		return ctl_fail(CTL_FAILED, "%s: is not a folder", path);
	return CTL_OK;
}

static int make_folders(struct init *in)
{
	int status = make_folder(in, "");

	if (!status)
		status = make_folder(in, "tls");
	if (!status && !realpath(in->dir, in->real))
		status = ctl_fail(CTL_FAILED, "%s: %s", in->dir,
				  strerror(errno));
	return status;
}

/* ---- what goes into them ------------------------------------------------- */

static int make_certificate(struct init *in)
{
	struct buf cert = { 0 }, key = { 0 };
	char address[ADDR_TEXT];
	const char *also = in->name[0] && !addr_is_any(&in->at) ?
				   addr_host(&in->at, address) :
				   NULL;
	int status = CTL_OK;

	if (tls_make_certificate(in->host, also, &cert, &key) ||
	    buf_append(&cert, "", 1) ||
	    tls_pin_of((char *)buf_ptr(&cert), in->pin))
		status = ctl_fail(CTL_FAILED,
				  "cannot make a certificate for "
				  "%s",
				  in->host);
	if (!status)
		status = write_new(in, "tls/key.pem", buf_ptr(&key),
				   buf_len(&key));
	if (!status)
		status = write_new(in, "tls/cert.pem", buf_ptr(&cert),
				   buf_len(&cert) - 1);
	if (key.data)
		tls_wipe(key.data, key.cap);
	buf_fini(&key);
	buf_fini(&cert);
	return status;
}

static int make_user(struct init *in, const char *hash)
{
	const struct users_edit edit = { .name = in->user, .hash = hash };
	char path[PATH_CAP];
	struct conf_errors e = { .file = path };
	int status = path_of(in, "users", path);

	if (!status && users_change(&edit, &e)) {
		ctl_errors(&e);
		status = CTL_FAILED;
	}
	if (!status)
		in->made[in->nmade++] = "users";
	return status;
}

/* Whether the service reads this folder.  It may write to the run directory
 * only. */
static bool is_system(const struct init *in)
{
	char path[PATH_CAP];

	return realpath(ADIT_SYSCONFDIR, path) && !strcmp(path, in->real);
}

static int make_ini(struct init *in)
{
	char text[sizeof sample + HOST_CAP + 2 * ADDR_TEXT], at[ADDR_TEXT];
	bool named = in->name[0];
	int n = snprintf(text, sizeof text, sample,
			 is_system(in) ?
				 "; control = " ADIT_RUNDIR "/aditd.sock" :
				 "control = aditd.sock\nstate_dir = state",
			 addr_str(&in->at, at), named ? "server_name = " : "",
			 in->name, named ? "\n" : "");

	return write_new(in, "aditd.ini", text, (size_t)n);
}

static int ask_password(const struct init *in, char *hash, size_t cap)
{
	char password[ANSWER_MAX];
	int status = ctl_password(in->ctl->password_stdin, in->user, password,
				  sizeof password);

	if (!status)
		status = ctl_hash(password, hash, cap);
	explicit_bzero(password, sizeof password);
	return status;
}

/* ---- the command --------------------------------------------------------- */

/* Older installations may have only the first of them. */
static void print_users(void)
{
	static const char *const names[] = { "adit", "adit-resolver",
					     "adit-checker", "adit-web",
					     "adit-log" };
	bool first = true;

	for (size_t i = 0; !geteuid() && i < ARRAY_LEN(names); i++) {
		if (getpwnam(names[i]))
			continue;
		if (first)
			puts("make the users that the processes of aditd run "
			     "as:");
		printf("    " PRIVS_USERADD " %s\n", names[i]);
		first = false;
	}
}

static void print_start(const struct init *in)
{
	print_users();
	printf("add resources to %s/aditd.ini, then start the gateway:\n",
	       in->real);
	if (is_system(in))
		puts("    aditd -t && systemctl enable --now aditd");
	else
		printf("    aditd -c %s/aditd.ini\n", in->real);
}

static int report(const struct init *in)
{
	char at[REACH_TEXT];

	reach_text(in->host, in->at.port, at);
	if (in->ctl->json)
		return ctl_print_json(
			json_pack("{s:s, s:s, s:s?, s:s, s:s}", "dir", in->real,
				  "gateway", at, "server_name",
				  in->name[0] ? in->name : NULL, "user",
				  in->user, "pin", in->pin));
	printf("made %s with aditd.ini, users and tls/\n"
	       "pin: %s\n"
	       "\n",
	       in->real, in->pin);
	print_start(in);
	printf("and on the user's machine:\n"
	       "    adit up --gateway %s --user %s --pin %s\n"
	       "or with the file that this prints:\n",
	       at, in->user, in->pin);
	if (is_system(in))
		printf("    aditctl invite %s\n", in->user);
	else
		printf("    aditctl -c %s/aditd.ini invite %s\n", in->real,
		       in->user);
	return CTL_OK;
}

static int make_all(struct init *in)
{
	char hash[USER_HASH_MAX + 1];
	int status = refuse_old(in);

	if (!status)
		status = ask_password(in, hash, sizeof hash);
	if (!status)
		status = make_folders(in);
	if (!status)
		status = make_certificate(in);
	if (!status)
		status = make_user(in, hash);
	if (!status)
		status = make_ini(in);
	if (status)
		remove_made(in);
	return status ? status : report(in);
}

static int read_name(struct init *in, const char *name)
{
	size_t n = strlen(name);

	if (!host_ok(name))
		return ctl_fail(
			CTL_USAGE,
			"--name %s: expected the host name "
			"that agents dial, such as vpn.example.org; for "
			"an address see --listen",
			name);
	/* Without the dot at the end: agents send the name so. */
	memcpy(in->name, name, n - (name[n - 1] == '.'));
	return CTL_OK;
}

int ctl_init(const struct ctl *ctl)
{
	const char *listen = ctl->listen ? ctl->listen : "0.0.0.0:443";
	struct init in = { .ctl = ctl,
			   .dir = ctl->word[0],
			   .user = ctl->user ? ctl->user : "admin" };

	if (!user_name_ok(in.user))
		return ctl_fail(CTL_USAGE,
				"%s is not a valid user name: 1 to %d "
				"letters, digits and . _ @ -",
				in.user, USER_NAME_MAX);
	if (addr_parse_port(&in.at, listen))
		return ctl_fail(CTL_USAGE,
				"--listen %s: expected ADDRESS:PORT,"
				" as in 192.0.2.1:443 or [::]:443",
				listen);
	if (ctl->name && read_name(&in, ctl->name))
		return CTL_USAGE;
	reach_host(&in.at, in.name[0] ? in.name : NULL, in.host);
	return make_all(&in);
}
