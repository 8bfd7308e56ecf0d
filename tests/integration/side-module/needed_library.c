// A shared library that needing_extension.c is linked with.

__attribute__((visibility("default"))) int answerOfTheLibrary(void) { return 42; }
