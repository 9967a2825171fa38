/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics_text.h - the numbers of a gateway as the text that monitoring
 * systems read. */
#ifndef ADIT_WEB_METRICS_TEXT_H
#define ADIT_WEB_METRICS_TEXT_H

#include "base/buf.h"
#include "base/defs.h"

#include <jansson.h>

enum metrics_format {
	METRICS_PROMETHEUS,  /* text format 0.0.4 */
	METRICS_OPENMETRICS, /* OpenMetrics 1.0.0 */
};

/* Of the value of the header Accept; NULL: there is none. */
enum metrics_format metrics_format_for(const char *accept);
/* For the header Content-Type. */
const char *metrics_content_type(enum metrics_format);

/* Appends all samples that `numbers` has (process/metrics.h).  0 or
 * ERR_NOMEM. */
MUST_CHECK int metrics_text(struct buf *to, enum metrics_format,
			    const json_t *numbers);

#endif
