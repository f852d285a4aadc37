/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TEST_C_OBJECTS_H
#define TEST_C_OBJECTS_H

#include <check.h>

/* Adds the tests of capabilities, formats, models, pools and measures. */
void add_object_tests(Suite* suite);

#endif
