#pragma once

#include "kernel/dispatcher.h"
#include "proxy/js-objects.h"

namespace krait {

/// What every kernel is made of, whatever carries its calls. Two carriers of one kernel share them.
struct KernelParts {
  KernelParts() { objects.setTable(table); }
  KernelParts(const KernelParts&) = delete;
  KernelParts& operator=(const KernelParts&) = delete;

  HandleTable table;
  JsObjects objects;
  Conversion conversion{table, objects};
  LastError lastError;
  Dispatcher dispatcher{conversion, lastError};
};

}  // namespace krait
