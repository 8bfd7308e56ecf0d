// An extension module in C++: exceptions of its own and of the standard library, RTTI, streams,
// containers.

#include <Python.h>

#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

namespace {

class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Counter {
  explicit Counter(int& count) : count_(count) { count_++; }
  ~Counter() { count_--; }
  int& count_;
};

int alive = 0;

void throwDeep(int depth, const std::string& kind) {
  Counter counter(alive);
  if (depth > 0) return throwDeep(depth - 1, kind);
  if (kind == "own") throw Refusal("own");
  if (kind == "vector") std::vector<int>(1).at(9);
  if (kind == "string") std::string("ab").substr(9);
  if (kind == "stoi") (void)std::stoi("x");
  if (kind == "int") throw 42;
}

std::string catchDeep(const std::string& kind) {
  try {
    throwDeep(3, kind);
    return "nothing";
  } catch (const Refusal& refusal) {
    return std::string("Refusal ") + refusal.what();
  } catch (const std::out_of_range& error) {
    return "out_of_range";
  } catch (const std::exception& error) {
    return typeid(error) == typeid(std::invalid_argument) ? "invalid_argument" : "exception";
  } catch (int number) {
    return "int " + std::to_string(number);
  }
}

PyObject* caught(PyObject*, PyObject* kind) {
  const char* text = PyUnicode_AsUTF8(kind);
  if (text == nullptr) return nullptr;
  return PyUnicode_FromString((catchDeep(text) + " " + std::to_string(alive)).c_str());
}

PyObject* counted(PyObject*, PyObject* words) {
  std::map<std::string, int> counts;
  std::istringstream stream(PyUnicode_AsUTF8(words));
  for (std::string word; stream >> word;) counts[word]++;
  std::ostringstream report;
  for (const auto& [word, count] : counts) report << word << '=' << count << ' ';
  return PyUnicode_FromString(report.str().c_str());
}

PyObject* greet(PyObject*, PyObject*) {
  std::cout << "hello from C++" << std::endl;
  Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"caught", caught, METH_O, "Throws, catches, and tells what and how many objects are left."},
    {"counted", counted, METH_O, "Counts words."},
    {"greet", greet, METH_NOARGS, "Prints through iostream."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "throwing_extension",
                          nullptr,
                          -1,
                          methods,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_throwing_extension() { return PyModule_Create(&definition); }
