#pragma once

#include <cstddef>

namespace blas {

using Index = std::ptrdiff_t;

/// A complex number. `std::complex` checks each product for infinities, which costs a call.
template <typename T>
struct Complex {
  T re = 0;
  T im = 0;

  friend Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
  friend Complex operator*(Complex a, Complex b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  friend bool operator==(Complex a, Complex b) { return a.re == b.re && a.im == b.im; }
};

template <typename T>
T conjugate(T number) {
  return number;
}
template <typename T>
Complex<T> conjugate(Complex<T> number) {
  return {number.re, -number.im};
}

/// Elements at a distance from each other. A negative distance counts from the end, as in BLAS.
template <typename T>
struct Vector {
  T* data;
  Index step;

  Vector(T* first, Index count, Index step)
      : data(step < 0 ? first + (1 - count) * step : first), step(step) {}
  T& operator[](Index i) const { return data[i * step]; }
};

/// A matrix in memory: an element is `row * rowStep + column * columnStep` behind the first.
template <typename T>
struct Matrix {
  T* data;
  Index rowStep;
  Index columnStep;

  T& at(Index row, Index column) const { return data[row * rowStep + column * columnStep]; }
  Matrix transposed() const { return {data, columnStep, rowStep}; }
};

/// The real parts of a complex matrix (`part` 0), or the imaginary ones (1).
template <typename T>
Matrix<const T> partOf(Matrix<const Complex<T>> matrix, int part) {
  return {reinterpret_cast<const T*>(matrix.data) + part, 2 * matrix.rowStep,
          2 * matrix.columnStep};
}

}  // namespace blas
