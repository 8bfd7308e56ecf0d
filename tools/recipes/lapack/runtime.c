/* What C that f2c writes calls: intrinsics of Fortran by its conventions, and the routines of
 * LAPACK that are not Fortran 77 or ask what the machine is like. */

#include <float.h>
#include <stdio.h>

#include "f2c.h"

doublereal d_imag(doublecomplex* z) { return z->i; }
doublereal r_imag(complex* z) { return z->i; }
doublereal d_sign(doublereal* a, doublereal* b) { return copysign(*a, *b); }
doublereal r_sign(real* a, real* b) { return copysignf(*a, *b); }
doublereal d_lg10(doublereal* x) { return log10(*x); }
doublereal r_lg10(real* x) { return log10(*x); }
doublereal pow_dd(doublereal* a, doublereal* b) { return pow(*a, *b); }
integer i_nint(real* x) { return (integer)lroundf(*x); }
integer i_dnnt(doublereal* x) { return (integer)lround(*x); }
doublereal z_abs(doublecomplex* z) { return hypot(z->r, z->i); }
doublereal c_abs(complex* z) { return hypot(z->r, z->i); }

void d_cnjg(doublecomplex* result, doublecomplex* z) {
  const doublecomplex given = *z;
  result->r = given.r;
  result->i = -given.i;
}

void r_cnjg(complex* result, complex* z) {
  const complex given = *z;
  result->r = given.r;
  result->i = -given.i;
}

/* By the ratio of the smaller part of `b` to its greater one, so that squares do not overflow. */
void z_div(doublecomplex* result, doublecomplex* a, doublecomplex* b) {
  const doublecomplex left = *a;
  const doublecomplex right = *b;
  if (fabs(right.r) >= fabs(right.i)) {
    const doublereal ratio = right.i / right.r;
    const doublereal length = right.r + right.i * ratio;
    result->r = (left.r + left.i * ratio) / length;
    result->i = (left.i - left.r * ratio) / length;
  } else {
    const doublereal ratio = right.r / right.i;
    const doublereal length = right.i + right.r * ratio;
    result->r = (left.r * ratio + left.i) / length;
    result->i = (left.i * ratio - left.r) / length;
  }
}

void c_div(complex* result, complex* a, complex* b) {
  doublecomplex left = {a->r, a->i};
  doublecomplex right = {b->r, b->i};
  doublecomplex quotient;
  z_div(&quotient, &left, &right);
  result->r = (real)quotient.r;
  result->i = (real)quotient.i;
}

void z_sqrt(doublecomplex* result, doublecomplex* z) {
  const doublecomplex given = *z;
  const doublereal length = hypot(given.r, given.i);
  if (length == 0) {
    result->r = result->i = 0;
  } else if (given.r > 0) {
    result->r = sqrt(0.5 * (length + given.r));
    result->i = 0.5 * given.i / result->r;
  } else {
    result->i = copysign(sqrt(0.5 * (length - given.r)), given.i);
    result->r = 0.5 * given.i / result->i;
  }
}

void c_sqrt(complex* result, complex* z) {
  doublecomplex given = {z->r, z->i};
  doublecomplex root;
  z_sqrt(&root, &given);
  result->r = (real)root.r;
  result->i = (real)root.i;
}

void z_exp(doublecomplex* result, doublecomplex* z) {
  const doublecomplex given = *z;
  result->r = exp(given.r) * cos(given.i);
  result->i = exp(given.r) * sin(given.i);
}

void c_exp(complex* result, complex* z) {
  const complex given = *z;
  result->r = expf(given.r) * cosf(given.i);
  result->i = expf(given.r) * sinf(given.i);
}

doublereal pow_di(doublereal* base, integer* exponent) { return pow(*base, *exponent); }
doublereal pow_ri(real* base, integer* exponent) { return pow(*base, *exponent); }

/* Of whole numbers: a negative exponent gives 0, but for 1 and -1. */
integer pow_ii(integer* base, integer* exponent) {
  integer result = 1;
  integer count = *exponent;
  if (count < 0) {
    if (*base != 1 && *base != -1) return 0;
    count = -count;
  }
  for (integer factor = *base; count > 0; count >>= 1, factor *= factor) {
    if (count & 1) result *= factor;
  }
  return result;
}

void pow_zi(doublecomplex* result, doublecomplex* base, integer* exponent) {
  doublecomplex power = {1, 0};
  doublecomplex factor = *base;
  unsigned count = *exponent < 0 ? 0U - (unsigned)*exponent : (unsigned)*exponent;
  for (; count > 0; count >>= 1) {
    const doublecomplex old = power;
    const doublecomplex by = factor;
    if (count & 1) {
      power.r = old.r * by.r - old.i * by.i;
      power.i = old.r * by.i + old.i * by.r;
    }
    factor.r = by.r * by.r - by.i * by.i;
    factor.i = 2 * by.r * by.i;
  }
  if (*exponent < 0) {
    doublecomplex one = {1, 0};
    z_div(result, &one, &power);
  } else {
    *result = power;
  }
}

void pow_ci(complex* result, complex* base, integer* exponent) {
  doublecomplex given = {base->r, base->i};
  doublecomplex power;
  pow_zi(&power, &given, exponent);
  result->r = (real)power.r;
  result->i = (real)power.i;
}

/* Texts of Fortran: of a length, filled up with spaces. */

integer i_len(char* text, ftnlen length) {
  (void)text;
  return length;
}

void s_copy(char* target, char* source, ftnlen targetLength, ftnlen sourceLength) {
  const ftnlen count = min(targetLength, sourceLength);
  memmove(target, source, (size_t)count);
  memset(target + count, ' ', (size_t)(targetLength - count));
}

integer s_cmp(char* a, char* b, ftnlen aLength, ftnlen bLength) {
  for (ftnlen i = 0; i < max(aLength, bLength); i++) {
    const unsigned char left = i < aLength ? (unsigned char)a[i] : ' ';
    const unsigned char right = i < bLength ? (unsigned char)b[i] : ' ';
    if (left != right) return left - right;
  }
  return 0;
}

void s_cat(char* target, char** parts, integer* lengths, integer* count, ftnlen targetLength) {
  ftnlen end = 0;
  for (integer i = 0; i < *count; i++) {
    const ftnlen length = min(lengths[i], targetLength - end);
    memcpy(target + end, parts[i], (size_t)length);
    end += length;
  }
  memset(target + end, ' ', (size_t)(targetLength - end));
}

/* The place of the largest number, from 1: MAXLOC. */

integer kdlarg_(integer* count, doublereal* values) {
  integer place = 1;
  for (integer i = 1; i < *count; i++) {
    if (values[i] > values[place - 1]) place = i + 1;
  }
  return place;
}

integer kslarg_(integer* count, real* values) {
  integer place = 1;
  for (integer i = 1; i < *count; i++) {
    if (values[i] > values[place - 1]) place = i + 1;
  }
  return place;
}

/* Of LAPACK. */

static char upper(char letter) {
  return (char)(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
}

logical lsame_(char* a, char* b) { return upper(*a) == upper(*b); }

logical disnan_(doublereal* x) { return isnan(*x) != 0; }
logical sisnan_(real* x) { return isnan(*x) != 0; }
logical dlaisnan_(doublereal* a, doublereal* b) { return *a != *b; }
logical slaisnan_(real* a, real* b) { return *a != *b; }

/* What the arithmetic is like; the letters are those of LAPACK's DLAMCH. */
doublereal dlamch_(char* what) {
  switch (upper(*what)) {
    case 'E':
      return DBL_EPSILON * 0.5;
    case 'S':
    case 'U':
      return DBL_MIN;
    case 'B':
      return FLT_RADIX;
    case 'P':
      return DBL_EPSILON;
    case 'N':
      return DBL_MANT_DIG;
    case 'R':
      return 1;
    case 'M':
      return DBL_MIN_EXP;
    case 'L':
      return DBL_MAX_EXP;
    case 'O':
      return DBL_MAX;
    default:
      return 0;
  }
}

real slamch_(char* what) {
  switch (upper(*what)) {
    case 'E':
      return FLT_EPSILON * 0.5F;
    case 'S':
    case 'U':
      return FLT_MIN;
    case 'B':
      return FLT_RADIX;
    case 'P':
      return FLT_EPSILON;
    case 'N':
      return FLT_MANT_DIG;
    case 'R':
      return 1;
    case 'M':
      return FLT_MIN_EXP;
    case 'L':
      return FLT_MAX_EXP;
    case 'O':
      return FLT_MAX;
    default:
      return 0;
  }
}

/* Says that a routine was called wrongly; the reference stops the program, which a library must
 * not. */
void xerbla_(char* routine, integer* argument) {
  const int length = (int)strcspn(routine, " ");
  fprintf(stderr, " ** On entry to %.*s parameter number %d had an illegal value\n",
          min(length, 32), routine, *argument);
}

void xerbla_array_(char* routine, integer* length, integer* argument) {
  char name[33];
  const integer count = min(max(*length, 0), 32);
  memcpy(name, routine, (size_t)count);
  name[count] = 0;
  xerbla_(name, argument);
}

/* The sum, in memory: what a register would add to it is not wanted. */
doublereal dlamc3_(doublereal* a, doublereal* b) {
  volatile doublereal sum = *a + *b;
  return sum;
}

real slamc3_(real* a, real* b) {
  volatile real sum = *a + *b;
  return sum;
}

/* A size of working memory as a number that is not less than it. */
doublereal droundup_lwork_(integer* size) { return *size; }

real sroundup_lwork_(integer* size) {
  const real number = (real)*size;
  return (doublereal)number < (doublereal)*size ? nextafterf(number, INFINITY) : number;
}

/* The letter of an operation of the extended routines; a character that is given, not written. */
char chla_transtype_(integer* operation) {
  switch (*operation) {
    case 111:
      return 'N';
    case 112:
      return 'T';
    case 113:
      return 'C';
    default:
      return 'X';
  }
}

/* The version of LAPACK's sources. */
void ilaver_(integer* major, integer* minor, integer* patch) {
  *major = 3;
  *minor = 12;
  *patch = 1;
}
