/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.c - which commands the options read_only and deny_commands refuse. */
#include "inside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MAX_LEN = 64 };

/* Commands that change no data and nothing of the server, in the order of
 * strcmp.  Scripts may do anything, except those that Redis runs without
 * writing (_RO). */
static const char *const harmless[] = {
	"ACL|CAT",
	"ACL|HELP",
	"ACL|WHOAMI",
	"ASKING",
	"AUTH",
	"BITCOUNT",
	"BITFIELD_RO",
	"BITPOS",
	"CLIENT|CACHING",
	"CLIENT|CAPA",
	"CLIENT|GETNAME",
	"CLIENT|GETREDIR",
	"CLIENT|HELP",
	"CLIENT|ID",
	"CLIENT|INFO",
	"CLIENT|LIST",
	"CLIENT|NO-EVICT",
	"CLIENT|NO-TOUCH",
	"CLIENT|REPLY",
	"CLIENT|SETINFO",
	"CLIENT|SETNAME",
	"CLIENT|TRACKING",
	"CLIENT|TRACKINGINFO",
	"CLUSTER|COUNT-FAILURE-REPORTS",
	"CLUSTER|COUNTKEYSINSLOT",
	"CLUSTER|GETKEYSINSLOT",
	"CLUSTER|HELP",
	"CLUSTER|INFO",
	"CLUSTER|KEYSLOT",
	"CLUSTER|LINKS",
	"CLUSTER|MYID",
	"CLUSTER|MYSHARDID",
	"CLUSTER|NODES",
	"CLUSTER|REPLICAS",
	"CLUSTER|SHARDS",
	"CLUSTER|SLAVES",
	"CLUSTER|SLOT-STATS",
	"CLUSTER|SLOTS",
	"COMMAND",
	"COMMAND|COUNT",
	"COMMAND|DOCS",
	"COMMAND|GETKEYS",
	"COMMAND|GETKEYSANDFLAGS",
	"COMMAND|HELP",
	"COMMAND|INFO",
	"COMMAND|LIST",
	"CONFIG|GET",
	"CONFIG|HELP",
	"DBSIZE",
	"DISCARD",
	"DUMP",
	"ECHO",
	"EVALSHA_RO",
	"EVAL_RO",
	"EXEC",
	"EXISTS",
	"EXPIRETIME",
	"FCALL_RO",
	"FUNCTION|DUMP",
	"FUNCTION|HELP",
	"FUNCTION|LIST",
	"FUNCTION|STATS",
	"GEODIST",
	"GEOHASH",
	"GEOPOS",
	"GEORADIUSBYMEMBER_RO",
	"GEORADIUS_RO",
	"GEOSEARCH",
	"GET",
	"GETBIT",
	"GETRANGE",
	"HELLO",
	"HEXISTS",
	"HEXPIRETIME",
	"HGET",
	"HGETALL",
	"HKEYS",
	"HLEN",
	"HMGET",
	"HPEXPIRETIME",
	"HPTTL",
	"HRANDFIELD",
	"HSCAN",
	"HSTRLEN",
	"HTTL",
	"HVALS",
	"INFO",
	"KEYS",
	"LASTSAVE",
	"LATENCY|DOCTOR",
	"LATENCY|GRAPH",
	"LATENCY|HELP",
	"LATENCY|HISTOGRAM",
	"LATENCY|HISTORY",
	"LATENCY|LATEST",
	"LCS",
	"LINDEX",
	"LLEN",
	"LOLWUT",
	"LPOS",
	"LRANGE",
	"MEMORY|DOCTOR",
	"MEMORY|HELP",
	"MEMORY|STATS",
	"MEMORY|USAGE",
	"MGET",
	"MODULE|LIST",
	"MONITOR",
	"MULTI",
	"OBJECT|ENCODING",
	"OBJECT|FREQ",
	"OBJECT|HELP",
	"OBJECT|IDLETIME",
	"OBJECT|REFCOUNT",
	"PEXPIRETIME",
	"PFCOUNT",
	"PING",
	"PSUBSCRIBE",
	"PTTL",
	"PUBSUB|CHANNELS",
	"PUBSUB|HELP",
	"PUBSUB|NUMPAT",
	"PUBSUB|NUMSUB",
	"PUBSUB|SHARDCHANNELS",
	"PUBSUB|SHARDNUMSUB",
	"PUNSUBSCRIBE",
	"QUIT",
	"RANDOMKEY",
	"READONLY",
	"READWRITE",
	"RESET",
	"ROLE",
	"SCAN",
	"SCARD",
	"SCRIPT|EXISTS",
	"SCRIPT|HELP",
	"SDIFF",
	"SELECT",
	"SENTINEL|CKQUORUM",
	"SENTINEL|GET-MASTER-ADDR-BY-NAME",
	"SENTINEL|GET-PRIMARY-ADDR-BY-NAME",
	"SENTINEL|INFO-CACHE",
	"SENTINEL|MASTER",
	"SENTINEL|MASTERS",
	"SENTINEL|MYID",
	"SENTINEL|PRIMARIES",
	"SENTINEL|PRIMARY",
	"SENTINEL|REPLICAS",
	"SENTINEL|SENTINELS",
	"SENTINEL|SLAVES",
	"SINTER",
	"SINTERCARD",
	"SISMEMBER",
	"SLOWLOG|GET",
	"SLOWLOG|HELP",
	"SLOWLOG|LEN",
	"SMEMBERS",
	"SMISMEMBER",
	"SORT_RO",
	"SRANDMEMBER",
	"SSCAN",
	"SSUBSCRIBE",
	"STRLEN",
	"SUBSCRIBE",
	"SUBSTR",
	"SUNION",
	"SUNSUBSCRIBE",
	"TIME",
	"TOUCH",
	"TTL",
	"TYPE",
	"UNSUBSCRIBE",
	"UNWATCH",
	"WAIT",
	"WAITAOF",
	"WATCH",
	"XINFO|CONSUMERS",
	"XINFO|GROUPS",
	"XINFO|HELP",
	"XINFO|STREAM",
	"XLEN",
	"XPENDING",
	"XRANGE",
	"XREAD",
	"XREVRANGE",
	"ZCARD",
	"ZCOUNT",
	"ZDIFF",
	"ZINTER",
	"ZINTERCARD",
	"ZLEXCOUNT",
	"ZMSCORE",
	"ZRANDMEMBER",
	"ZRANGE",
	"ZRANGEBYLEX",
	"ZRANGEBYSCORE",
	"ZRANK",
	"ZREVRANGE",
	"ZREVRANGEBYLEX",
	"ZREVRANGEBYSCORE",
	"ZREVRANK",
	"ZSCAN",
	"ZSCORE",
	"ZUNION",
};

/* Commands whose second word says what they do, in the order of strcmp. */
static const char *const containers[] = {
	"ACL",    "CLIENT",   "CLUSTER",  "COMMAND", "COMMANDLOG", "CONFIG",
	"DEBUG",  "FUNCTION", "LATENCY",  "MEMORY",  "MODULE",     "OBJECT",
	"PUBSUB", "SCRIPT",   "SENTINEL", "SLOWLOG", "XGROUP",     "XINFO",
};

static int policy_compare(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

#define LISTED(list, word)                                                     \
	bsearch(word, list, sizeof(list) / sizeof *(list), sizeof *(list),     \
		policy_compare)

static bool policy_put(char to[NAME_MAX_LEN], const struct redis_arg *word)
{
	if (!word->len || word->len >= NAME_MAX_LEN ||
	    memchr(word->text, 0, word->len))
		return false;
	for (size_t i = 0; i < word->len; i++)
		to[i] = (char)toupper((unsigned char)word->text[i]);
	to[word->len] = 0;
	return true;
}

bool redis_is_container(const struct redis_arg *name)
{
	char word[NAME_MAX_LEN];

	return policy_put(word, name) && LISTED(containers, word);
}

const char *redis_refused_by(const struct redis_conf *conf,
			     const struct redis_command *c)
{
	char name[NAME_MAX_LEN], second[NAME_MAX_LEN], both[2 * NAME_MAX_LEN];
	const char *whole = name;

	if (!c->n || !policy_put(name, &c->arg[0]))
		return conf->read_only ? "read_only" : NULL;
	if (adit_listed(conf->deny_commands, name))
		return "deny_commands";
	if (LISTED(containers, name) && c->argc > 1) {
		if (c->n < 2 || !policy_put(second, &c->arg[1]))
			return conf->read_only ? "read_only" : NULL;
		snprintf(both, sizeof both, "%s|%s", name, second);
		whole = both;
	}
	if (adit_listed(conf->deny_commands, whole))
		return "deny_commands";
	return conf->read_only && !LISTED(harmless, whole) ? "read_only" : NULL;
}
