#pragma once
/* What C that f2c writes counts on. Texts end with a zero here. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef int integer;
typedef int logical;
typedef int ftnlen;
typedef char* address;
typedef float real;
typedef double doublereal;
typedef struct {
  real r, i;
} complex;
typedef struct {
  doublereal r, i;
} doublecomplex;

#define TRUE_ 1
#define FALSE_ 0
#define VOID void

#define abs(x) ((x) >= 0 ? (x) : -(x))
#define dabs(x) (doublereal) abs(x)
#define min(a, b) ((a) <= (b) ? (a) : (b))
#define max(a, b) ((a) >= (b) ? (a) : (b))
#define dmin(a, b) (doublereal) min(a, b)
#define dmax(a, b) (doublereal) max(a, b)

/* Functions that are passed on: of eigenvalues, which are asked for by address. */
typedef logical (*L_fp)();
