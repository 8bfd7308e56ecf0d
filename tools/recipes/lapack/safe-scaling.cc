// Routines of BLAS and LAPACK whose sources are Fortran 90: norms, sums of squares and rotations
// that neither overflow nor lose what is small. The thresholds are those of E. Anderson, "Algorithm
// 978: Safe Scaling in the Level 1 BLAS", ACM Transactions on Mathematical Software 44(1), 2017.

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

namespace {

/// Powers of two that bound what can be squared, and what brings the rest there.
template <typename T>
struct Scale {
  using Limits = std::numeric_limits<T>;
  static int half(int number, bool isUp) {
    const double exact = number * 0.5;
    return static_cast<int>(isUp ? std::ceil(exact) : std::floor(exact));
  }
  static T power(int exponent) { return std::ldexp(T{1}, exponent); }

  const T smallest = power(std::max(Limits::min_exponent - 1, 1 - Limits::max_exponent));
  const T largest = 1 / smallest;
  const T small = power(half(Limits::min_exponent - 1, true));
  const T big = power(half(Limits::max_exponent - Limits::digits + 1, false));
  const T upBy = power(-half(Limits::min_exponent - Limits::digits, false));
  const T downBy = power(-half(Limits::max_exponent + Limits::digits - 1, true));

  T clamp(T number) const { return std::min(largest, std::max(smallest, number)); }
};

/// Sums squares in three places, by the size of the numbers.
template <typename T>
class Squares {
 public:
  void add(T number) {
    const T size = std::abs(number);
    if (size > scale_.big) {
      big_ += (size * scale_.downBy) * (size * scale_.downBy);
    } else if (size < scale_.small) {
      if (big_ == 0) small_ += (size * scale_.upBy) * (size * scale_.upBy);
    } else {
      medium_ += size * size;  // what is no number, too
    }
  }

  /// Adds `scale` squared times `sum`, as `result` gives them.
  void addSum(T scale, T sum) {
    if (!(sum > 0)) return;
    const T size = scale * std::sqrt(sum);
    if (size > scale_.big) {
      const T factor = scale * scale_.downBy;
      big_ += scale > 1 ? factor * (factor * sum)
                        : scale * (scale * (scale_.downBy * (scale_.downBy * sum)));
    } else if (size < scale_.small) {
      if (big_ != 0) return;
      const T factor = scale * scale_.upBy;
      small_ += scale < 1 ? factor * (factor * sum)
                          : scale * (scale * (scale_.upBy * (scale_.upBy * sum)));
    } else {
      medium_ += scale * (scale * sum);
    }
  }

  /// The sum is `scale` squared times `sum`.
  void result(T& scale, T& sum) const {
    const bool hasMedium = medium_ > 0 || std::isnan(medium_);
    scale = 1;
    sum = medium_;
    if (big_ > 0) {
      scale = 1 / scale_.downBy;
      sum = big_ + (hasMedium ? (medium_ * scale_.downBy) * scale_.downBy : 0);
    } else if (small_ > 0 && !hasMedium) {
      scale = 1 / scale_.upBy;
      sum = small_;
    } else if (small_ > 0) {
      const T medium = std::sqrt(medium_);
      const T small = std::sqrt(small_) / scale_.upBy;
      const T greater = small > medium ? small : medium;
      const T ratio = (small > medium ? medium : small) / greater;
      sum = greater * greater * (1 + ratio * ratio);
    }
  }

  T norm() const {
    T scale = 1;
    T sum = 0;
    result(scale, sum);
    return scale * std::sqrt(sum);
  }

 private:
  Scale<T> scale_;
  T big_ = 0;
  T medium_ = 0;
  T small_ = 0;
};

template <typename T, typename Each>
void forEach(int count, const T* x, int step, Each each) {
  if (step < 0) x -= static_cast<std::ptrdiff_t>(count - 1) * step;
  for (int i = 0; i < count; i++, x += step) each(*x);
}

template <typename T>
void addAll(Squares<T>& squares, int count, const T* x, int step) {
  forEach(count, x, step, [&](T number) { squares.add(number); });
}

template <typename T>
void addAll(Squares<T>& squares, int count, const std::complex<T>* x, int step) {
  forEach(count, x, step, [&](std::complex<T> number) {
    squares.add(number.real());
    squares.add(number.imag());
  });
}

template <typename T, typename Number>
T norm(int count, const Number* x, int step) {
  Squares<T> squares;
  if (count > 0) addAll(squares, count, x, step);
  return squares.norm();
}

template <typename T, typename Number>
void sumOfSquares(int count, const Number* x, int step, T& scale, T& sum) {
  if (std::isnan(scale) || std::isnan(sum)) return;
  if (sum == 0) scale = 1;
  if (scale == 0) {
    scale = 1;
    sum = 0;
  }
  if (count <= 0) return;
  Squares<T> squares;
  addAll(squares, count, x, step);
  squares.addSum(scale, sum);
  squares.result(scale, sum);
}

/// The rotation that turns (f, g) to (r, 0).
template <typename T>
void rotation(T f, T g, T& c, T& s, T& r) {
  const Scale<T> scale;
  if (g == 0) {
    c = 1;
    s = 0;
    r = f;
    return;
  }
  if (f == 0) {
    c = 0;
    s = std::copysign(T{1}, g);
    r = std::abs(g);
    return;
  }
  const T least = std::sqrt(scale.smallest);
  const T most = std::sqrt(scale.largest / 2);
  const T sizeF = std::abs(f);
  const T sizeG = std::abs(g);
  const bool isSafe = sizeF > least && sizeF < most && sizeG > least && sizeG < most;
  const T unit = isSafe ? 1 : scale.clamp(std::max(sizeF, sizeG));
  const T scaledF = f / unit;
  const T scaledG = g / unit;
  const T length = std::sqrt(scaledF * scaledF + scaledG * scaledG);
  c = std::abs(scaledF) / length;
  r = std::copysign(length, f);
  s = scaledG / r;
  r *= unit;
}

template <typename T>
T square(std::complex<T> z) {
  return z.real() * z.real() + z.imag() * z.imag();
}

template <typename T>
T largestPart(std::complex<T> z) {
  return std::max(std::abs(z.real()), std::abs(z.imag()));
}

template <typename T>
std::complex<T> product(std::complex<T> a, std::complex<T> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// The same for complex numbers: `c` is real.
template <typename T>
void rotation(std::complex<T> f, std::complex<T> g, T& c, std::complex<T>& s, std::complex<T>& r) {
  using Number = std::complex<T>;
  const Scale<T> scale;
  const T least = std::sqrt(scale.smallest);
  if (g == Number{}) {
    c = 1;
    s = 0;
    r = f;
    return;
  }
  const T sizeG = largestPart(g);
  if (f == Number{}) {
    c = 0;
    const bool isSafe = sizeG > least && sizeG < std::sqrt(scale.largest / 2);
    const T unit = isSafe ? 1 : scale.clamp(sizeG);
    const Number scaled = g / unit;
    const T length = std::sqrt(square(scaled));
    s = std::conj(scaled) / length;
    r = length * unit;
    return;
  }
  const T sizeF = largestPart(f);
  const T most = std::sqrt(scale.largest / 4);
  const bool isSafe = sizeF > least && sizeF < most && sizeG > least && sizeG < most;
  const T unit = isSafe ? 1 : scale.clamp(std::max(sizeF, sizeG));
  // Where `f` is much smaller it has a unit of its own.
  const T unitF = sizeF / unit < least ? scale.clamp(sizeF) : unit;
  const T ratio = unitF / unit;
  const Number scaledF = f / unitF;
  const Number scaledG = g / unit;
  const T squareF = square(scaledF);
  const T both = squareF * ratio * ratio + square(scaledG);
  if (squareF >= both * scale.smallest) {
    c = std::sqrt(squareF / both);
    r = scaledF / c;
    const bool isProductSafe = squareF > least && both < 2 * most;
    s = product(std::conj(scaledG), isProductSafe ? scaledF / std::sqrt(squareF * both) : r / both);
  } else {
    const T length = std::sqrt(squareF * both);
    c = squareF / length;
    r = c >= scale.smallest ? scaledF / c : scaledF * (both / length);
    s = product(std::conj(scaledG), scaledF / length);
  }
  c *= ratio;
  r *= unit;
}

/// As BLAS gives it: `a` becomes r, and `b` one number from which the rotation can be made again.
template <typename T>
void givens(T& a, T& b, T& c, T& s) {
  const T sizeA = std::abs(a);
  const T sizeB = std::abs(b);
  if (sizeB == 0) {
    c = 1;
    s = 0;
    b = 0;
    return;
  }
  if (sizeA == 0) {
    c = 0;
    s = 1;
    a = b;
    b = 1;
    return;
  }
  const T unit = Scale<T>{}.clamp(std::max(sizeA, sizeB));
  const T x = a / unit;
  const T y = b / unit;
  const T r = std::copysign(unit * std::sqrt(x * x + y * y), sizeA > sizeB ? a : b);
  c = a / r;
  s = b / r;
  a = r;
  if (sizeA > sizeB) {
    b = s;
  } else {
    b = c != 0 ? 1 / c : T{1};
  }
}

}  // namespace

// By the conventions of Fortran: everything by address.
// NOLINTBEGIN(bugprone-macro-parentheses): types
#define ROUTINES_OF_A_PRECISION(REAL, COMPLEX, COMPLEX_NORM, T)                               \
  extern "C" T REAL##nrm2_(const int* n, const T* x, const int* incX) {                       \
    return norm<T>(*n, x, *incX);                                                             \
  }                                                                                           \
  extern "C" T COMPLEX_NORM(const int* n, const std::complex<T>* x, const int* incX) {        \
    return norm<T>(*n, x, *incX);                                                             \
  }                                                                                           \
  extern "C" void REAL##lassq_(const int* n, const T* x, const int* incX, T* scale, T* sum) { \
    sumOfSquares<T>(*n, x, *incX, *scale, *sum);                                              \
  }                                                                                           \
  extern "C" void COMPLEX##lassq_(const int* n, const std::complex<T>* x, const int* incX,    \
                                  T* scale, T* sum) {                                         \
    sumOfSquares<T>(*n, x, *incX, *scale, *sum);                                              \
  }                                                                                           \
  extern "C" void REAL##lartg_(const T* f, const T* g, T* c, T* s, T* r) {                    \
    rotation<T>(*f, *g, *c, *s, *r);                                                          \
  }                                                                                           \
  extern "C" void COMPLEX##lartg_(const std::complex<T>* f, const std::complex<T>* g, T* c,   \
                                  std::complex<T>* s, std::complex<T>* r) {                   \
    rotation<T>(*f, *g, *c, *s, *r);                                                          \
  }                                                                                           \
  extern "C" void REAL##rotg_(T* a, T* b, T* c, T* s) { givens<T>(*a, *b, *c, *s); }          \
  extern "C" void COMPLEX##rotg_(std::complex<T>* a, const std::complex<T>* b, T* c,          \
                                 std::complex<T>* s) {                                        \
    rotation<T>(*a, *b, *c, *s, *a);                                                          \
  }

ROUTINES_OF_A_PRECISION(s, c, scnrm2_, float)
ROUTINES_OF_A_PRECISION(d, z, dznrm2_, double)
// NOLINTEND(bugprone-macro-parentheses)
