// The products of matrices of BLAS's Fortran interface, by our own (../blas). What they are called
// with is checked as the reference does.

#include <algorithm>
#include <complex>

extern "C" void xerbla_(const char* routine, const int* argument);

namespace {

enum Order : int { kColumnMajor = 102 };

/// What CBLAS has for a letter; 0: there is no such operation.
int transposed(char letter) {
  switch (letter) {
    case 'N':
    case 'n':
      return 111;
    case 'T':
    case 't':
      return 112;
    case 'C':
    case 'c':
      return 113;
    default:
      return 0;
  }
}

/// The first argument of `gemm` that is wrong, from 1; 0: none.
int wrongOfProduct(int transposeA, int transposeB, int m, int n, int k, int lda, int ldb, int ldc) {
  if (transposeA == 0) return 1;
  if (transposeB == 0) return 2;
  if (m < 0) return 3;
  if (n < 0) return 4;
  if (k < 0) return 5;
  if (lda < std::max(1, transposeA == transposed('N') ? m : k)) return 8;
  if (ldb < std::max(1, transposeB == transposed('N') ? k : n)) return 10;
  return ldc < std::max(1, m) ? 13 : 0;
}

int wrongOfVector(int transpose, int m, int n, int lda, int incX, int incY) {
  if (transpose == 0) return 1;
  if (m < 0) return 2;
  if (n < 0) return 3;
  if (lda < std::max(1, m)) return 6;
  if (incX == 0) return 8;
  return incY == 0 ? 11 : 0;
}

/// What is multiplied by nothing is not read.
template <typename T>
bool isZero(const void* number) {
  return *static_cast<const T*>(number) == T{};
}

}  // namespace

// NOLINTBEGIN(bugprone-macro-parentheses): types
#define PRODUCTS(PREFIX, NAME, NUMBER, ARGUMENT, PASSED, T)                                        \
  extern "C" void cblas_##PREFIX##gemm(int, int, int, int, int, int, ARGUMENT, const T*, int,      \
                                       const T*, int, ARGUMENT, T*, int);                          \
  extern "C" void cblas_##PREFIX##gemv(int, int, int, int, ARGUMENT, const T*, int, const T*, int, \
                                       ARGUMENT, T*, int);                                         \
  extern "C" void PREFIX##gemm_(const char* transA, const char* transB, const int* m,              \
                                const int* n, const int* k, const T* alpha, const T* a,            \
                                const int* lda, const T* b, const int* ldb, const T* beta, T* c,   \
                                const int* ldc) {                                                  \
    const int left = transposed(*transA);                                                          \
    const int right = transposed(*transB);                                                         \
    const int wrong = wrongOfProduct(left, right, *m, *n, *k, *lda, *ldb, *ldc);                   \
    if (wrong != 0) return xerbla_(NAME "GEMM ", &wrong);                                          \
    cblas_##PREFIX##gemm(kColumnMajor, left, right, *m, *n, isZero<NUMBER>(alpha) ? 0 : *k,        \
                         PASSED(alpha), a, *lda, b, *ldb, PASSED(beta), c, *ldc);                  \
  }                                                                                                \
  extern "C" void PREFIX##gemv_(const char* trans, const int* m, const int* n, const T* alpha,     \
                                const T* a, const int* lda, const T* x, const int* incX,           \
                                const T* beta, T* y, const int* incY) {                            \
    const int transpose = transposed(*trans);                                                      \
    const int wrong = wrongOfVector(transpose, *m, *n, *lda, *incX, *incY);                        \
    if (wrong != 0) return xerbla_(NAME "GEMV ", &wrong);                                          \
    if (*m == 0 || *n == 0) return;                                                                \
    const bool isNothing = isZero<NUMBER>(alpha);                                                  \
    const bool isAsIs = transpose == transposed('N');                                              \
    cblas_##PREFIX##gemv(kColumnMajor, transpose, isNothing && !isAsIs ? 0 : *m,                   \
                         isNothing && isAsIs ? 0 : *n, PASSED(alpha), a, *lda, x, *incX,           \
                         PASSED(beta), y, *incY);                                                  \
  }

#define BY_VALUE(number) (*(number))
#define BY_ADDRESS(number) (number)

PRODUCTS(s, "S", float, float, BY_VALUE, float)
PRODUCTS(d, "D", double, double, BY_VALUE, double)
PRODUCTS(c, "C", std::complex<float>, const void*, BY_ADDRESS, void)
PRODUCTS(z, "Z", std::complex<double>, const void*, BY_ADDRESS, void)
// NOLINTEND(bugprone-macro-parentheses)
