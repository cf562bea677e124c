#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a code looks like, system by system: each function reads one spelling of a code and writes
 * the only one that is stored, sent and compared. False when the text has not the form. out holds
 * CODE_CODE_MAX bytes (code.h). For the table of code_system.c. Any thread.
 */
#include <stdbool.h>

bool form_hp(const char *code, char *out);
/* ICD-10-SE and WHO's: C50.1 C501 C50.- E10.4† G63.2* S72.00 F84.0A L03-P; written without dot. */
bool form_icd10(const char *code, char *out);
bool form_icd10cm(const char *code, char *out);
bool form_icd9(const char *code, char *out);
bool form_icd11(const char *code, char *out);
/* Topography C50.1, morphology 8500/3 ("M8500/3"). */
bool form_icdo3(const char *code, char *out);
bool form_omim(const char *code, char *out);
bool form_omimps(const char *code, char *out);
bool form_orpha(const char *code, char *out);
bool form_seven_digits(const char *code, char *out);
bool form_digits(const char *code, char *out);
bool form_ncit(const char *code, char *out);
bool form_umls(const char *code, char *out);
bool form_snomed(const char *code, char *out);
bool form_atc(const char *code, char *out);
bool form_kva(const char *code, char *out);
bool form_loinc(const char *code, char *out);
bool form_npu(const char *code, char *out);
/* A code of the region's own: letters, digits and _.>*-:+=/ */
bool form_local(const char *code, char *out);
bool form_igsr(const char *code, char *out);
