#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of codes, system by system. Each function reads one spelling of a code and writes the
 * only spelling that is stored, sent and compared. False when the text does not have the form. out
 * must hold CODE_CODE_MAX bytes (code.h). For the table in code_system.c. Any thread.
 */
#include <stdbool.h>

bool code_form_hp(const char *code, char *out);
/*
 * ICD-10-SE and WHO's ICD-10: C50.1 C501 C50.- E10.4† G63.2* S72.00 F84.0A L03-P. Written without
 * the dot.
 */
bool code_form_icd10(const char *code, char *out);
bool code_form_icd10cm(const char *code, char *out);
bool code_form_icd9(const char *code, char *out);
bool code_form_icd11(const char *code, char *out);
/* Topography C50.1, morphology 8500/3 ("M8500/3"). */
bool code_form_icdo3(const char *code, char *out);
bool code_form_omim(const char *code, char *out);
bool code_form_omimps(const char *code, char *out);
bool code_form_orpha(const char *code, char *out);
bool code_form_seven_digits(const char *code, char *out);
bool code_form_digits(const char *code, char *out);
bool code_form_ncit(const char *code, char *out);
bool code_form_umls(const char *code, char *out);
bool code_form_snomed(const char *code, char *out);
bool code_form_atc(const char *code, char *out);
bool code_form_kva(const char *code, char *out);
bool code_form_loinc(const char *code, char *out);
bool code_form_npu(const char *code, char *out);
/* A code that a region defined: letters, digits and _.>*-:+=/ */
bool code_form_local(const char *code, char *out);
bool code_form_igsr(const char *code, char *out);
