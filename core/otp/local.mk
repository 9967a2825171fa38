# SPDX-License-Identifier: BSD-2-Clause
# one-time codes: the monitor checks them, aditctl makes secrets
noinst_LIBRARIES += libadit_otp.a
libadit_otp_a_SOURCES = core/otp/otp.c core/otp/otp.h
