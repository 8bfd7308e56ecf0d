/* clang-format off */ /* The style is that of CPython, where this file is compiled. */

/* The evaluation loop in two parts: a switch over the hot instructions, which stays small enough for
   the register allocator of V8, and a function for each cold one. eval/split.py cuts the bodies of both
   out of generated_cases.c.h; this file is what they run in. It takes the place of
   _PyEval_EvalFrameDefault() in ceval.c, from which the handling of errors below is copied. */

#define COLD_PARAMETERS \
    PyThreadState *tstate, _PyInterpreterFrame *frame, PyObject **stack_pointer, \
    _Py_CODEUNIT *next_instr, int oparg

/* What a cold function leaves for the loop, which reads it at once: no other code runs between, so
   that one place does for all. The frame is tstate->current_frame. */
static struct {
    PyObject **stack_pointer;
    _Py_CODEUNIT *next_instr;
    PyObject *result;
    int oparg;
} handed;

/* A cold function returns the opcode to go on with, or LEAVE to end the loop with handed.result. */
#define LEAVE (-1)

#define HAND_OVER(OPCODE) \
    do { \
        handed.stack_pointer = stack_pointer; \
        handed.next_instr = next_instr; \
        handed.oparg = oparg; \
        return (OPCODE); \
    } while (0)

/* How much the loop runs between two entries, in units of a backward jump or the start of a function.
   An engine can only switch to optimised code where a function is entered, and interrupts are polled
   there. What may take long, such as a call of C code, counts for more: CHECK_EVAL_BREAKER() is in it. */
#define REENTRY_INTERVAL 1000
#define REENTRY_COST_OF_CHECK 20
static int until_reentry = REENTRY_INTERVAL;

/* Returned by hot_loop() to be called again, from what it has handed over. */
static char reenter_marker;
#define REENTER ((PyObject *)&reenter_marker)

#pragma push_macro("DISPATCH_GOTO")
#pragma push_macro("DEOPT_IF")

#undef DISPATCH_GOTO
#define DISPATCH_GOTO() HAND_OVER(opcode)

#undef DEOPT_IF
#define DEOPT_IF(COND, INSTNAME) \
    if ((COND)) { \
        next_instr = frame->instr_ptr; \
        opcode = INSTNAME; \
        DISPATCH_GOTO(); \
    }

/* Where unwind() begins; the names are those of labels in ceval.c. */
enum unwinding { ERROR, EXCEPTION_UNWIND, EXIT_UNWIND, RESUME_WITH_ERROR };

/* Everything that happens between an error and the next instruction, or the end of the loop. The last
   parameter says where to begin. */
static int __attribute__((noinline))
unwind(COLD_PARAMETERS)
{
    int opcode;
    switch ((enum unwinding)oparg) {
        case ERROR: goto error;
        case EXCEPTION_UNWIND: goto exception_unwind;
        case EXIT_UNWIND: goto exit_unwind;
        case RESUME_WITH_ERROR: goto resume_with_error;
    }

error:
    /* Double-check exception status. */
#ifdef NDEBUG
    if (!_PyErr_Occurred(tstate)) {
        _PyErr_SetString(tstate, PyExc_SystemError,
                         "error return without exception set");
    }
#else
    assert(_PyErr_Occurred(tstate));
#endif

    /* Log traceback info. */
    if (!_PyFrame_IsIncomplete(frame)) {
        PyFrameObject *f = _PyFrame_GetFrameObject(frame);
        if (f != NULL) {
            PyTraceBack_Here(f);
        }
    }
    _PyEval_MonitorRaise(tstate, frame, next_instr-1);
exception_unwind:
    {
        /* We can't use frame->instr_ptr here, as RERAISE may have set it */
        int offset = INSTR_OFFSET()-1;
        int level, handler, lasti;
        if (get_exception_handler(_PyFrame_GetCode(frame), offset, &level, &handler, &lasti) == 0) {
            // No handlers, so exit.
            assert(_PyErr_Occurred(tstate));

            /* Pop remaining stack entries. */
            PyObject **stackbase = _PyFrame_Stackbase(frame);
            while (stack_pointer > stackbase) {
                PyObject *o = POP();
                Py_XDECREF(o);
            }
            assert(STACK_LEVEL() == 0);
            _PyFrame_SetStackPointer(frame, stack_pointer);
            monitor_unwind(tstate, frame, next_instr-1);
            goto exit_unwind;
        }

        assert(STACK_LEVEL() >= level);
        PyObject **new_top = _PyFrame_Stackbase(frame) + level;
        while (stack_pointer > new_top) {
            PyObject *v = POP();
            Py_XDECREF(v);
        }
        if (lasti) {
            int frame_lasti = _PyInterpreterFrame_LASTI(frame);
            PyObject *lasti = PyLong_FromLong(frame_lasti);
            if (lasti == NULL) {
                goto exception_unwind;
            }
            PUSH(lasti);
        }

        /* Make the raw exception data
            available to the handler,
            so a program can emulate the
            Python main loop. */
        PyObject *exc = _PyErr_GetRaisedException(tstate);
        PUSH(exc);
        next_instr = _PyCode_CODE(_PyFrame_GetCode(frame)) + handler;

        if (monitor_handled(tstate, frame, next_instr, exc) < 0) {
            goto exception_unwind;
        }
        /* Resume normal execution */
        DISPATCH();
    }

exit_unwind:
    assert(_PyErr_Occurred(tstate));
    _Py_LeaveRecursiveCallPy(tstate);
    // GH-99729: We need to unlink the frame *before* clearing it:
    _PyInterpreterFrame *dying = frame;
    frame = tstate->current_frame = dying->previous;
    _PyEval_FrameClearAndPop(tstate, dying);
    frame->return_offset = 0;
    if (frame->owner == FRAME_OWNED_BY_CSTACK) {
        /* Restore previous frame and exit */
        tstate->current_frame = frame->previous;
        tstate->c_recursion_remaining += PY_EVAL_C_STACK_UNITS;
        handed.result = NULL;
        return LEAVE;
    }

resume_with_error:
    next_instr = frame->instr_ptr;
    stack_pointer = _PyFrame_GetStackPointer(frame);
    goto error;
}

#define UNWIND(BEGINNING) unwind(tstate, frame, stack_pointer, next_instr, (BEGINNING))

/* Dead code in most cold functions, which drops out: an instruction may go to any of these labels. */
#define COLD_INSTRUCTION(NAME) \
    static int __attribute__((noinline)) \
    cold_##NAME(COLD_PARAMETERS) \
    { \
        uint8_t opcode = NAME; \
        (void)opcode;

#define COLD_INSTRUCTION_END \
        Py_UNREACHABLE(); \
    pop_4_error: \
        STACK_SHRINK(1); \
    pop_3_error: \
        STACK_SHRINK(1); \
    pop_2_error: \
        STACK_SHRINK(1); \
    pop_1_error: \
        STACK_SHRINK(1); \
    error: \
        return UNWIND(ERROR); \
    exception_unwind: \
        return UNWIND(EXCEPTION_UNWIND); \
    start_frame: \
        if (_Py_EnterRecursivePy(tstate)) { \
            return UNWIND(EXIT_UNWIND); \
        } \
        next_instr = frame->instr_ptr; \
    resume_frame: \
        stack_pointer = _PyFrame_GetStackPointer(frame); \
        DISPATCH(); \
    }

#include "split-loop-cold.h"

COLD_INSTRUCTION(INSTRUMENTED_LINE)
    _Py_CODEUNIT *prev = frame->instr_ptr;
    _Py_CODEUNIT *here = frame->instr_ptr = next_instr;
    int original_opcode = 0;
    if (tstate->tracing) {
        PyCodeObject *code = _PyFrame_GetCode(frame);
        int index = (int)(here - _PyCode_CODE(code));
        original_opcode = code->_co_monitoring->lines->data[index*code->_co_monitoring->lines->bytes_per_entry];
    }
    else {
        _PyFrame_SetStackPointer(frame, stack_pointer);
        original_opcode = _Py_call_instrumentation_line(
                tstate, frame, here, prev);
        stack_pointer = _PyFrame_GetStackPointer(frame);
        if (original_opcode < 0) {
            next_instr = here+1;
            goto error;
        }
        next_instr = frame->instr_ptr;
        if (next_instr != here) {
            DISPATCH();
        }
    }
    if (_PyOpcode_Caches[original_opcode]) {
        _PyBinaryOpCache *cache = (_PyBinaryOpCache *)(next_instr+1);
        /* Prevent the underlying instruction from specializing
         * and overwriting the instrumentation. */
        PAUSE_ADAPTIVE_COUNTER(cache->counter);
    }
    opcode = original_opcode;
    DISPATCH_GOTO();
COLD_INSTRUCTION_END

static int __attribute__((noinline))
cold_unknown(COLD_PARAMETERS)
{
    _PyErr_Format(tstate, PyExc_SystemError,
                  "%U:%d: unknown opcode %d",
                  _PyFrame_GetCode(frame)->co_filename,
                  PyUnstable_InterpreterFrame_GetLine(frame),
                  next_instr->op.code);
    return UNWIND(ERROR);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winitializer-overrides"
static int (*const cold_instructions[256])(COLD_PARAMETERS) = {
    [0 ... 255] = cold_unknown,
    [INSTRUMENTED_LINE] = cold_INSTRUMENTED_LINE,
    COLD_INSTRUCTIONS
};
#pragma GCC diagnostic pop

#pragma pop_macro("DEOPT_IF")
#pragma pop_macro("DISPATCH_GOTO")

#undef TARGET
#define TARGET(OP) case OP:

#undef PREDICTED
#define PREDICTED(OP) ((void)0)

#undef DEOPT_IF
#define DEOPT_IF(COND, INSTNAME) \
    if ((COND)) { \
        goto deopt_##INSTNAME; \
    }

/* One place fetches the next instruction for all: the loop has to be small. */
#undef DISPATCH
#define DISPATCH() goto next_instruction

#undef CHECK_EVAL_BREAKER
#define CHECK_EVAL_BREAKER() \
    do { \
        until_reentry -= REENTRY_COST_OF_CHECK; \
        CHECK_EVAL_BREAKER_OF_JUMP(); \
    } while (0)

#undef CHECK_EVAL_BREAKER_OF_JUMP
#define CHECK_EVAL_BREAKER_OF_JUMP() \
    if (_Py_atomic_load_uintptr_relaxed(&tstate->eval_breaker) & _PY_EVAL_EVENTS_MASK) { \
        if (_Py_HandlePending(tstate) != 0) { \
            GOTO_ERROR(error); \
        } \
    }

#undef REENTER_SOMETIMES
#define REENTER_SOMETIMES() \
    do { \
        if (--until_reentry <= 0) { \
            /* instr_ptr stays where the jump is: INSTRUMENTED_LINE asks where it came from. */ \
            handed.stack_pointer = stack_pointer; \
            handed.next_instr = next_instr; \
            return REENTER; \
        } \
    } while (0)

static PyObject * __attribute__((noinline))
hot_loop(PyThreadState *tstate, _PyInterpreterFrame *frame, PyObject **stack_pointer,
         _Py_CODEUNIT *next_instr)
{
    int opcode;
    int oparg;

next_instruction:
    NEXTOPARG();
dispatch_opcode:
    switch (opcode) {
#include "split-loop-hot.h"

        default:
            opcode = cold_instructions[opcode](tstate, frame, stack_pointer, next_instr, oparg);
            goto handed_over;

        deoptimised:
            next_instr = frame->instr_ptr;
            goto dispatch_opcode;
    }

start_frame:
    if (_Py_EnterRecursivePy(tstate)) {
        opcode = UNWIND(EXIT_UNWIND);
        goto handed_over;
    }
    next_instr = frame->instr_ptr;
resume_frame:
    stack_pointer = _PyFrame_GetStackPointer(frame);
    goto next_instruction;

pop_4_error:
    STACK_SHRINK(1);
pop_3_error:
    STACK_SHRINK(1);
pop_2_error:
    STACK_SHRINK(1);
pop_1_error:
    STACK_SHRINK(1);
error:
    opcode = UNWIND(ERROR);
handed_over:
    if (opcode == LEAVE) {
        return handed.result;
    }
    frame = tstate->current_frame;
    stack_pointer = handed.stack_pointer;
    next_instr = handed.next_instr;
    oparg = handed.oparg;
    goto dispatch_opcode;
}

PyObject* _Py_HOT_FUNCTION
_PyEval_EvalFrameDefault(PyThreadState *tstate, _PyInterpreterFrame *frame, int throwflag)
{
    _Py_EnsureTstateNotNULL(tstate);
    CALL_STAT_INC(pyeval_calls);

    _PyInterpreterFrame entry_frame;
    entry_frame.f_executable = Py_None;
    entry_frame.instr_ptr = (_Py_CODEUNIT *)_Py_INTERPRETER_TRAMPOLINE_INSTRUCTIONS + 1;
    entry_frame.stacktop = 0;
    entry_frame.owner = FRAME_OWNED_BY_CSTACK;
    entry_frame.return_offset = 0;
    /* Push frame */
    entry_frame.previous = tstate->current_frame;
    frame->previous = &entry_frame;
    tstate->current_frame = frame;

    tstate->c_recursion_remaining -= (PY_EVAL_C_STACK_UNITS - 1);
    if (_Py_EnterRecursiveCallTstate(tstate, "")) {
        tstate->c_recursion_remaining--;
        tstate->py_recursion_remaining--;
        unwind(tstate, frame, NULL, NULL, EXIT_UNWIND);
        return NULL;
    }
    if (_Py_EnterRecursivePy(tstate)) {
        unwind(tstate, frame, NULL, NULL, EXIT_UNWIND);
        return NULL;
    }

    PyObject **stack_pointer;
    _Py_CODEUNIT *next_instr;
    /* support for generator.throw() */
    if (throwflag) {
        /* Because this avoids the RESUME,
         * we need to update instrumentation */
        _Py_Instrument(_PyFrame_GetCode(frame), tstate->interp);
        monitor_throw(tstate, frame, frame->instr_ptr);
        if (unwind(tstate, frame, NULL, NULL, RESUME_WITH_ERROR) == LEAVE) {
            return NULL;
        }
        /* Something handles it. The loop fetches the next instruction again. */
        frame = tstate->current_frame;
        stack_pointer = handed.stack_pointer;
        next_instr = handed.next_instr;
    }
    else {
        stack_pointer = _PyFrame_GetStackPointer(frame);
        next_instr = frame->instr_ptr;
    }
    for (;;) {
        PyObject *result = hot_loop(tstate, frame, stack_pointer, next_instr);
        if (result != REENTER) {
            return result;
        }
        frame = tstate->current_frame;
        stack_pointer = handed.stack_pointer;
        next_instr = handed.next_instr;
        until_reentry = REENTRY_INTERVAL;
        _Py_CHECK_EMSCRIPTEN_SIGNALS();
    }
}
