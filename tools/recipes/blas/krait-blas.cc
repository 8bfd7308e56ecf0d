// The routines of BLAS that numpy calls, by BLAS's C interface (the reference is netlib's cblas.h),
// with SIMD. Matrices are multiplied by blocks that fit the cache and tiles that fit the registers
// (product.h).

#include <algorithm>
#include <new>
#include <type_traits>
#include <vector>

#include "product.h"
#include "views.h"

namespace blas {

namespace {

enum Order : int { kRowMajor = 101, kColumnMajor = 102 };
enum Transpose : int { kAsIs = 111, kTransposed = 112, kConjugated = 113 };
enum Triangle : int { kUpper = 121, kLower = 122 };

// Of the results of `syrk` that are made at a time: on the stack, 256 KB at most.
constexpr Index kStrip = 128;

template <typename T>
Matrix<T> matrix(Order order, T* data, Index leading) {
  return order == kRowMajor ? Matrix<T>{data, leading, 1} : Matrix<T>{data, 1, leading};
}

template <typename T>
Matrix<const T> operand(Order order, Transpose transpose, const T* data, Index leading) {
  const Matrix<const T> stored = matrix(order, data, leading);
  return transpose == kAsIs ? stored : stored.transposed();
}

/// c *= beta. What was there does not count when `beta` is 0, even if it is no number.
template <typename T>
void scale(Index m, Index n, T beta, Matrix<T> c) {
  if (beta == T{1}) return;
  for (Index i = 0; i < m; i++) {
    for (Index j = 0; j < n; j++) c.at(i, j) = beta == T{} ? T{} : beta * c.at(i, j);
  }
}

/// c += alpha * a * b
template <typename T>
void multiply(Index m, Index n, Index k, T alpha, Matrix<const T> a, bool, Matrix<const T> b, bool,
              Matrix<T> c) {
  if (c.columnStep == 1) return addProduct(m, n, k, alpha, a, b, c);
  addProduct(n, m, k, alpha, b.transposed(), a.transposed(), c.transposed());
}

/// As above, by the four products of real and imaginary parts.
template <typename T>
void multiply(Index m, Index n, Index k, Complex<T> alpha, Matrix<const Complex<T>> a,
              bool isConjugatedA, Matrix<const Complex<T>> b, bool isConjugatedB,
              Matrix<Complex<T>> c) {
  std::vector<T> sums(static_cast<size_t>(2 * m * n));
  const Matrix<T> re{sums.data(), n, 1};
  const Matrix<T> im{sums.data() + m * n, n, 1};
  const T signA = isConjugatedA ? -1 : 1;
  const T signB = isConjugatedB ? -1 : 1;
  addProduct<T>(m, n, k, 1, partOf(a, 0), partOf(b, 0), re);
  addProduct<T>(m, n, k, -signA * signB, partOf(a, 1), partOf(b, 1), re);
  addProduct<T>(m, n, k, signB, partOf(a, 0), partOf(b, 1), im);
  addProduct<T>(m, n, k, signA, partOf(a, 1), partOf(b, 0), im);
  for (Index i = 0; i < m; i++) {
    for (Index j = 0; j < n; j++) {
      c.at(i, j) = c.at(i, j) + alpha * Complex<T>{re.at(i, j), im.at(i, j)};
    }
  }
}

/// What `multiply` does, without memory of its own: C code that calls here cannot be told that
/// there is none.
template <typename T>
void multiplySlowly(Index m, Index n, Index k, T alpha, Matrix<const T> a, bool isConjugatedA,
                    Matrix<const T> b, bool isConjugatedB, Matrix<T> c) {
  for (Index i = 0; i < m; i++) {
    for (Index j = 0; j < n; j++) {
      T sum{};
      for (Index l = 0; l < k; l++) {
        const T left = isConjugatedA ? conjugate(a.at(i, l)) : a.at(i, l);
        sum = sum + left * (isConjugatedB ? conjugate(b.at(l, j)) : b.at(l, j));
      }
      c.at(i, j) = c.at(i, j) + alpha * sum;
    }
  }
}

/// c += alpha * a * b, whatever memory there is.
template <typename T>
void addTo(Matrix<T> c, Index m, Index n, Index k, T alpha, Matrix<const T> a, bool isConjugatedA,
           Matrix<const T> b, bool isConjugatedB) {
  try {
    multiply(m, n, k, alpha, a, isConjugatedA, b, isConjugatedB, c);
  } catch (const std::bad_alloc&) {
    multiplySlowly(m, n, k, alpha, a, isConjugatedA, b, isConjugatedB, c);
  }
}

template <typename T>
void gemm(Order order, Transpose transposeA, Transpose transposeB, Index m, Index n, Index k,
          T alpha, const T* a, Index leadingA, const T* b, Index leadingB, T beta, T* c,
          Index leadingC) {
  const Matrix<T> result = matrix(order, c, leadingC);
  scale(m, n, beta, result);
  if (m == 0 || n == 0 || k == 0) return;
  addTo(result, m, n, k, alpha, operand(order, transposeA, a, leadingA), transposeA == kConjugated,
        operand(order, transposeB, b, leadingB), transposeB == kConjugated);
}

template <typename T>
void syrk(Order order, Triangle triangle, Transpose transpose, Index n, Index k, T alpha,
          const T* a, Index leadingA, T beta, T* c, Index leadingC) {
  const Matrix<const T> left = operand(order, transpose, a, leadingA);
  const Matrix<T> result = matrix(order, c, leadingC);
  // Strips of rows, each as wide as the triangle is there.
  for (Index i = 0; i < n; i += kStrip) {
    const Index rows = std::min(kStrip, n - i);
    const Index from = triangle == kUpper ? i : 0;
    const Index to = triangle == kUpper ? n : i + rows;
    T strip[kStrip * kStrip];
    for (Index j = from; j < to; j += kStrip) {
      const Index columns = std::min(kStrip, to - j);
      std::fill(strip, strip + kStrip * kStrip, T{});
      const Matrix<const T> rowsOfIt{&left.at(i, 0), left.rowStep, left.columnStep};
      const Matrix<const T> others{&left.at(j, 0), left.rowStep, left.columnStep};
      if (k > 0) {
        addTo<T>({strip, kStrip, 1}, rows, columns, k, alpha, rowsOfIt, false, others.transposed(),
                 false);
      }
      for (Index row = 0; row < rows; row++) {
        for (Index column = 0; column < columns; column++) {
          const bool isBelow = i + row > j + column;
          if (triangle == kUpper ? isBelow : i + row < j + column) continue;
          T& place = result.at(i + row, j + column);
          place = (beta == T{} ? T{} : beta * place) + strip[row * kStrip + column];
        }
      }
    }
  }
}

template <typename T>
T dot(Index n, Vector<const T> x, Vector<const T> y, bool isConjugated = false) {
  Index i = 0;
  T sum{};
  if constexpr (std::is_floating_point_v<T>) {
    using Shape = Tile<T>;
    using Lanes __attribute__((vector_size(16), aligned(sizeof(T)))) = T;
    Lanes sums[Shape::kVectors] = {};
    if (x.step == 1 && y.step == 1) {
      for (; i + Shape::kColumns <= n; i += Shape::kColumns) {
        const auto* left = reinterpret_cast<const Lanes*>(x.data + i);
        const auto* right = reinterpret_cast<const Lanes*>(y.data + i);
#pragma clang loop unroll(full)
        for (Index v = 0; v < Shape::kVectors; v++) sums[v] += left[v] * right[v];
      }
    }
    for (const Lanes& lanes : sums) {
      for (Index lane = 0; lane < Shape::kLanes; lane++) sum += lanes[lane];
    }
  }
  for (; i < n; i++) sum = sum + (isConjugated ? conjugate(x[i]) : x[i]) * y[i];
  return sum;
}

template <typename T>
void axpy(Index n, T alpha, Vector<const T> x, Vector<T> y) {
  if (x.step == 1 && y.step == 1) {
    for (Index i = 0; i < n; i++) y.data[i] = y.data[i] + alpha * x.data[i];
    return;
  }
  for (Index i = 0; i < n; i++) y[i] = y[i] + alpha * x[i];
}

template <typename T>
void gemv(Order order, Transpose transpose, Index m, Index n, T alpha, const T* a, Index leading,
          const T* x, Index stepX, T beta, T* y, Index stepY) {
  const Matrix<const T> left = operand(order, transpose, a, leading);
  const Index rows = transpose == kAsIs ? m : n;
  const Index columns = transpose == kAsIs ? n : m;
  const bool isConjugated = transpose == kConjugated;
  const Vector<const T> in(x, columns, stepX);
  const Vector<T> out(y, rows, stepY);
  for (Index i = 0; i < rows; i++) out[i] = beta == T{} ? T{} : beta * out[i];
  if (left.rowStep == 1 && left.columnStep != 1 && !isConjugated) {
    for (Index j = 0; j < columns; j++) {
      axpy<T>(rows, alpha * in[j], {&left.at(0, j), rows, 1}, out);
    }
    return;
  }
  for (Index i = 0; i < rows; i++) {
    const Vector<const T> row(&left.at(i, 0), columns, left.columnStep);
    out[i] = out[i] + alpha * dot<T>(columns, row, in, isConjugated);
  }
}

}  // namespace

}  // namespace blas

// The C interface: numbers by value for real types, by address for complex ones.
// NOLINTBEGIN(bugprone-macro-parentheses): types
#define BLAS_ROUTINES(PREFIX, T, ARGUMENT, POINTER, VALUE)                                         \
  extern "C" void cblas_##PREFIX##gemm(                                                            \
      int order, int transposeA, int transposeB, int m, int n, int k, ARGUMENT alpha,              \
      const POINTER* a, int lda, const POINTER* b, int ldb, ARGUMENT beta, POINTER* c, int ldc) {  \
    blas::gemm<T>(blas::Order(order), blas::Transpose(transposeA), blas::Transpose(transposeB), m, \
                  n, k, VALUE(alpha), static_cast<const T*>(a), lda, static_cast<const T*>(b),     \
                  ldb, VALUE(beta), static_cast<T*>(c), ldc);                                      \
  }                                                                                                \
  extern "C" void cblas_##PREFIX##syrk(int order, int triangle, int transpose, int n, int k,       \
                                       ARGUMENT alpha, const POINTER* a, int lda, ARGUMENT beta,   \
                                       POINTER* c, int ldc) {                                      \
    blas::syrk<T>(blas::Order(order), blas::Triangle(triangle), blas::Transpose(transpose), n, k,  \
                  VALUE(alpha), static_cast<const T*>(a), lda, VALUE(beta), static_cast<T*>(c),    \
                  ldc);                                                                            \
  }                                                                                                \
  extern "C" void cblas_##PREFIX##gemv(int order, int transpose, int m, int n, ARGUMENT alpha,     \
                                       const POINTER* a, int lda, const POINTER* x, int incX,      \
                                       ARGUMENT beta, POINTER* y, int incY) {                      \
    blas::gemv<T>(blas::Order(order), blas::Transpose(transpose), m, n, VALUE(alpha),              \
                  static_cast<const T*>(a), lda, static_cast<const T*>(x), incX, VALUE(beta),      \
                  static_cast<T*>(y), incY);                                                       \
  }                                                                                                \
  extern "C" void cblas_##PREFIX##axpy(int n, ARGUMENT alpha, const POINTER* x, int incX,          \
                                       POINTER* y, int incY) {                                     \
    blas::axpy<T>(n, VALUE(alpha), {static_cast<const T*>(x), n, incX},                            \
                  {static_cast<T*>(y), n, incY});                                                  \
  }

#define BLAS_REAL_DOT(PREFIX, T)                                                        \
  extern "C" T cblas_##PREFIX##dot(int n, const T* x, int incX, const T* y, int incY) { \
    return blas::dot<T>(n, {x, n, incX}, {y, n, incY});                                 \
  }

#define BLAS_COMPLEX_DOT(NAME, T, IS_CONJUGATED)                                                 \
  extern "C" void cblas_##NAME(int n, const void* x, int incX, const void* y, int incY,          \
                               void* result) {                                                   \
    *static_cast<T*>(result) = blas::dot<T>(n, {static_cast<const T*>(x), n, incX},              \
                                            {static_cast<const T*>(y), n, incY}, IS_CONJUGATED); \
  }

#define BLAS_BY_VALUE(number) (number)
#define BLAS_SINGLE(number) (*static_cast<const blas::Complex<float>*>(number))
#define BLAS_DOUBLE(number) (*static_cast<const blas::Complex<double>*>(number))

BLAS_ROUTINES(s, float, float, float, BLAS_BY_VALUE)
BLAS_ROUTINES(d, double, double, double, BLAS_BY_VALUE)
BLAS_ROUTINES(c, blas::Complex<float>, const void*, void, BLAS_SINGLE)
BLAS_ROUTINES(z, blas::Complex<double>, const void*, void, BLAS_DOUBLE)
BLAS_REAL_DOT(s, float)
BLAS_REAL_DOT(d, double)
BLAS_COMPLEX_DOT(cdotu_sub, blas::Complex<float>, false)
BLAS_COMPLEX_DOT(cdotc_sub, blas::Complex<float>, true)
BLAS_COMPLEX_DOT(zdotu_sub, blas::Complex<double>, false)
BLAS_COMPLEX_DOT(zdotc_sub, blas::Complex<double>, true)
// NOLINTEND(bugprone-macro-parentheses)
