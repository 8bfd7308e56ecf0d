#pragma once

#include "proxy/js-type-parts.h"

namespace krait {

/// JP-iter
void addIterableParts(TypeParts& parts);
/// JP-next. `isIterable`: the object has an iterator of its own, which then is what `iter` gives.
void addIteratorParts(TypeParts& parts, bool isIterable);
/// JP-generator
void addGeneratorParts(TypeParts& parts);

/// JP-aiter
void addAsyncIterableParts(TypeParts& parts);
void addAsyncIteratorParts(TypeParts& parts, bool isAsyncIterable);
/// JP-agenerator
void addAsyncGeneratorParts(TypeParts& parts);

/// JP-dispose: a context manager.
void addDisposableParts(TypeParts& parts);
/// JP-dispose: an asynchronous one.
void addAsyncDisposableParts(TypeParts& parts);

}  // namespace krait
