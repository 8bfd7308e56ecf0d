#pragma once

#include <Python.h>

#include "proxy/js-type-parts.h"

namespace krait {

/// JP-as_object_map, JP-as_py_json: the object as a mapping or a sequence, where its shape allows.
/// The views are made in Python, by `_pyodide._object_views`.
void addViewParts(uint32_t flags, TypeParts& parts);
/// JP-bind_sig: every object as annotations describe it, by `_pyodide.jsbind`.
void addBindingParts(TypeParts& parts);

/// Functions of `_krait`. `view_of`: another view of the object, of a class of Python's. The
/// others: properties by their JavaScript names, past all that Python's side knows of the object.
PyObject* viewOf(PyObject*, PyObject* arguments);
PyObject* getProperty(PyObject*, PyObject* arguments);
PyObject* setProperty(PyObject*, PyObject* arguments);
PyObject* deleteProperty(PyObject*, PyObject* arguments);

}  // namespace krait
