/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The C interface of libdenoiseae, for programs in C99 and later and for all languages that can
 * call C. It is the only binary interface that is promised: programs that were linked with version
 * 0.2 run with every later library of the same soname. The C++ headers beside it are inline code
 * over it.
 *
 *   denoiseae_model* model = NULL;
 *   denoiseae_denoiser* denoiser = NULL;
 *   if (denoiseae_load_model("balanced", &model) ||
 *       denoiseae_new(NULL, NULL, &denoiser) ||
 *       denoiseae_set_model(denoiser, model) ||
 *       denoiseae_configure(denoiser, DENOISEAE_I420, width, height, NULL))
 *     fprintf(stderr, "%s\n", denoiseae_error());
 *   ... denoiseae_process(denoiser, &frame, &frame, NULL) for each frame of the stream ...
 *   denoiseae_free(denoiser);
 *   denoiseae_free_model(model);
 *
 * Rules for all functions:
 * - Those that can fail return DENOISEAE_OK, which is 0, or what went wrong; denoiseae_error() then
 *   has a message for people: what was expected, what was found, and what to try. After a failure
 *   outputs are as they were, and objects can be used again; a denoiser that could not be given a
 *   model or be configured has to be configured before it denoises again.
 * - A pointer must not be NULL unless its description says so: NULL is DENOISEAE_BAD_ARGUMENT.
 *   Functions that free take NULL and do nothing.
 * - A structure whose first member is struct_size says there how large it is, so that it can grow:
 *   the library neither reads nor writes beyond. Settings and options are initialised with their
 *   _INIT macro; for infos the caller sets info.struct_size = sizeof info. Members that a later
 *   version has added are set in an older library's place only to 0: everything else is
 *   DENOISEAE_BAD_ARGUMENT there. Members named reserved are 0. The structures denoiseae_frame and
 *   denoiseae_component never change.
 * - Enumerations grow, too. Programs should treat a number that they do not know as they treat
 *   DENOISEAE_INTERNAL, the level DENOISEAE_LOG_DEBUG, or a format that they do not handle.
 * - Strings end in 0. They are UTF-8, but paths are bytes as the system has them. A string that a
 *   function returns is constant for the whole process, unless its description says how long it is
 *   valid.
 * - Threads may use different denoisers at the same time, and share models and pools. One denoiser
 *   belongs to one thread at a time. A process that forks uses the library in one of both alone.
 */
#ifndef DENOISEAE_DENOISEAE_H
#define DENOISEAE_DENOISEAE_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header: 10000 x major + 100 x minor + patch. */
#define DENOISEAE_VERSION 200

#if defined(__GNUC__)
#define DENOISEAE_API __attribute__((visibility("default")))
#else
#define DENOISEAE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Results ---- */

typedef enum denoiseae_status {
  DENOISEAE_OK = 0,
  DENOISEAE_NOT_FOUND = 1,            /* a file or model name does not exist */
  DENOISEAE_UNREADABLE = 2,           /* a file exists but cannot be opened */
  DENOISEAE_CORRUPT = 3,              /* a file breaks a rule of its format */
  DENOISEAE_UNSUPPORTED_VERSION = 4,  /* a file has a newer format */
  DENOISEAE_UNKNOWN_ARCHITECTURE = 5, /* a network that this build does not know */
  DENOISEAE_INCOMPATIBLE_MODEL = 6,   /* weights do not fit their network or the stream */
  DENOISEAE_BAD_ARGUMENT = 7,         /* a value lies outside its documented range */
  DENOISEAE_UNSUPPORTED_FORMAT = 8,   /* a pixel format or frame size cannot be processed */
  DENOISEAE_OUT_OF_MEMORY = 9,        /* an allocation failed */
  DENOISEAE_DEVICE_UNAVAILABLE = 10,  /* an engine, device or precision is lacking */
  DENOISEAE_ENGINE_FAILURE = 11,      /* the engine failed while running the network */
  DENOISEAE_INTERNAL = 12             /* the library has a bug */
} denoiseae_status;

/* Returns the message of the last call in this thread that failed, or "" if none has. It is valid
 * until the next failure in this thread. */
DENOISEAE_API const char* denoiseae_error(void);
/* Returns the name of a status: "ok", "not_found" and so on. */
DENOISEAE_API const char* denoiseae_status_name(denoiseae_status status);

/* ---- Version and capabilities ---- */

/* Return the version of the library: "0.2.0", and 10000 x major + 100 x minor + patch. */
DENOISEAE_API const char* denoiseae_version(void);
DENOISEAE_API int denoiseae_version_number(void);

typedef enum denoiseae_engine {
  DENOISEAE_ENGINE_AUTO = 0, /* native for the device "cpu", torch for others */
  DENOISEAE_ENGINE_NATIVE = 1,
  DENOISEAE_ENGINE_TORCH = 2
} denoiseae_engine;

typedef enum denoiseae_precision {
  DENOISEAE_PRECISION_AUTO = 0, /* the fastest one that this processor runs and the model knows */
  DENOISEAE_FLOAT32 = 1,
  DENOISEAE_BFLOAT16 = 2,
  DENOISEAE_INT8 = 3
} denoiseae_precision;

/* Tells whether an engine can be used: 1 or 0. torch takes its module, which loads LibTorch the
 * first time that it is found. */
DENOISEAE_API int denoiseae_has_engine(denoiseae_engine engine);
/* Tells whether this processor has instructions for a precision of the engine native: 1 or 0. Some
 * multiply bfloat16 more slowly than float32; DENOISEAE_PRECISION_AUTO knows which. */
DENOISEAE_API int denoiseae_has_precision(denoiseae_precision precision);
/* Returns the name of the instruction set that the engine native uses at most, "avx512_vnni" for
 * example: the highest one that the processor has and DENOISEAE_MAX_ISA allows. */
DENOISEAE_API const char* denoiseae_instruction_set(void);
/* Returns the sorted names of the models that can be found now and that denoise, one in a line,
 * without a newline at the end: "" if there are none, and NULL after a failure. It is valid until the
 * next call of this function in this thread. */
DENOISEAE_API const char* denoiseae_model_names(void);

/* ---- Pixel formats and frames ---- */

/* The formats have GStreamer's names. */
typedef enum denoiseae_format {
  DENOISEAE_I420 = 0,
  DENOISEAE_YV12 = 1,
  DENOISEAE_NV12 = 2,
  DENOISEAE_NV21 = 3,
  DENOISEAE_Y42B = 4,
  DENOISEAE_Y444 = 5,
  DENOISEAE_YUY2 = 6,
  DENOISEAE_UYVY = 7,
  DENOISEAE_GRAY8 = 8,
  DENOISEAE_GRAY16_LE = 9,
  DENOISEAE_RGB = 10,
  DENOISEAE_BGR = 11,
  DENOISEAE_RGBX = 12,
  DENOISEAE_BGRX = 13,
  DENOISEAE_XRGB = 14,
  DENOISEAE_XBGR = 15,
  DENOISEAE_RGBA = 16,
  DENOISEAE_BGRA = 17,
  DENOISEAE_ARGB = 18,
  DENOISEAE_ABGR = 19,
  DENOISEAE_I420_10LE = 20,
  DENOISEAE_P010_10LE = 21,
  DENOISEAE_I422_10LE = 22,
  DENOISEAE_Y444_10LE = 23,
  DENOISEAE_YVYU = 24,
  DENOISEAE_VYUY = 25,
  DENOISEAE_NV16 = 26,
  DENOISEAE_NV61 = 27,
  DENOISEAE_NV24 = 28,
  DENOISEAE_AYUV = 29,
  DENOISEAE_VUYA = 30,
  DENOISEAE_A420 = 31,
  DENOISEAE_Y210 = 32,
  DENOISEAE_I420_12LE = 33,
  DENOISEAE_P012_LE = 34,
  DENOISEAE_I422_12LE = 35,
  DENOISEAE_Y444_12LE = 36,
  DENOISEAE_GRAY10_LE16 = 37,
  DENOISEAE_GBR = 38,
  DENOISEAE_GBRA = 39,
  DENOISEAE_GBR_10LE = 40,
  DENOISEAE_GBR_12LE = 41,
  DENOISEAE_ARGB64 = 42,
  DENOISEAE_V210 = 43,
  DENOISEAE_UYVP = 44,
  DENOISEAE_Y410 = 45,
  DENOISEAE_GRAY10_LE32 = 46,
  DENOISEAE_GRAY16_BE = 47,
  DENOISEAE_RGB16 = 48
} denoiseae_format;

typedef enum denoiseae_family {
  DENOISEAE_FAMILY_GRAY = 0,
  DENOISEAE_FAMILY_YUV = 1,
  DENOISEAE_FAMILY_RGB = 2
} denoiseae_family;

/* Says where the samples of one component lie. */
typedef struct denoiseae_component {
  int plane;        /* index of the plane that holds it; -1 = there is none */
  int offset_bytes; /* from the start of a row to its first sample */
  int step_bytes;   /* from one sample to the next in a row */
  int log2_sub_x;   /* horizontal subsampling, 0 or 1 */
  int log2_sub_y;   /* vertical subsampling, 0 or 1 */
} denoiseae_component;

typedef struct denoiseae_format_info {
  size_t struct_size;
  denoiseae_format format;
  const char* name; /* GStreamer's spelling, "I420" */
  denoiseae_family family;
  int depth;                        /* bits of a sample, 8 to 16 */
  int low_bits;                     /* unused zero bits below a sample in its word */
  int planes;                       /* 1 to 4 */
  int components;                   /* 1 (Y) or 3 (Y U V, or R G B); alpha is not counted */
  denoiseae_component component[3]; /* Y U V or R G B, in frames of the format direct */
  denoiseae_component extra;        /* alpha or padding, which stay as they are */
  denoiseae_format direct; /* the format itself; where samples are fields of bits, the one that
                              frames are converted to inside */
} denoiseae_format_info;

/* Returns the number of formats, which are 0 to that number less one. */
DENOISEAE_API int denoiseae_format_count(void);
DENOISEAE_API denoiseae_status denoiseae_get_format_info(denoiseae_format format,
                                                         denoiseae_format_info* info);
/* Looks up GStreamer's spelling of a format. Errors: DENOISEAE_UNSUPPORTED_FORMAT. */
DENOISEAE_API denoiseae_status denoiseae_format_from_name(const char* name,
                                                          denoiseae_format* format);
/* Tells how many bytes of a row hold pixels, and the number of rows, of a plane in a frame of a
 * size. row_bytes, rows: either may be NULL. */
DENOISEAE_API denoiseae_status denoiseae_plane_size(denoiseae_format format, int plane, int width,
                                                    int height, int* row_bytes, int* rows);

/* The largest width and height of a frame in pixels. */
#define DENOISEAE_MAX_FRAME_SIZE 32767

/* A frame in memory of the caller, who says how long the pointers are valid. Frames that functions
 * only read are never written through data. */
typedef struct denoiseae_frame {
  denoiseae_format format;
  int width;                 /* in pixels */
  int height;                /* in pixels */
  unsigned char* data[4];    /* the first row of each plane, in the order of the format */
  ptrdiff_t stride_bytes[4]; /* from a row to the next; may be negative */
} denoiseae_frame;

/* ---- Models ---- */

/* A network with its weights, loaded and checked. It never changes. */
typedef struct denoiseae_model denoiseae_model;

typedef struct denoiseae_model_info {
  size_t struct_size;
  const char* path; /* the weights file's; for weights from memory the name that was given */
  const char* name; /* the model's folder or, for a lone file, the file's stem */
  const char* architecture; /* "recurrent_unet", "unet", "paper" or "noise_map" */
  const char* manifest;     /* the JSON manifest as stored */
  int64_t parameters;
  double macs_per_pixel;      /* multiplications per pixel of the frame */
  int receptive_field_pixels; /* along one axis; 0 = the whole picture */
  int fixed_width;            /* the only size that the network takes; 0 = any size */
  int fixed_height;
  int reserved;
} denoiseae_model_info;

/* Finds the weights file of a name ("balanced") or path, as denoiseae_load_model does. path is
 * valid until the next call of this function in this thread. */
DENOISEAE_API denoiseae_status denoiseae_find_model(const char* name_or_path, const char** path);
/* Loads and checks weights. A value with a slash or ending in .safetensors is a path. A name is
 * looked up as NAME/weights.safetensors in DENOISEAE_MODEL_PATH (folders separated by colons), the
 * tree that the library was built in, $XDG_DATA_HOME/denoiseae/models (default ~/.local/share), and
 * share/denoiseae/models of the prefix that the library lies in or was configured for. Nothing in a
 * file is executed. A file that the process has loaded already is shared. Free the model with
 * denoiseae_free_model. Errors: DENOISEAE_NOT_FOUND, DENOISEAE_UNREADABLE, DENOISEAE_CORRUPT,
 * DENOISEAE_UNSUPPORTED_VERSION, DENOISEAE_UNKNOWN_ARCHITECTURE, DENOISEAE_INCOMPATIBLE_MODEL,
 * DENOISEAE_OUT_OF_MEMORY. */
DENOISEAE_API denoiseae_status denoiseae_load_model(const char* name_or_path,
                                                    denoiseae_model** model);
/* Loads and checks weights as they are in a file, for programs that carry their own. bytes: not
 * needed after the call. name: what messages and infos call it. Errors as denoiseae_load_model. */
DENOISEAE_API denoiseae_status denoiseae_load_model_from_memory(const void* bytes, size_t size,
                                                                const char* name,
                                                                denoiseae_model** model);
/* Denoisers keep what they need of a model, so that it may be freed before them. */
DENOISEAE_API void denoiseae_free_model(denoiseae_model* model);
/* The strings are valid as long as the model. */
DENOISEAE_API denoiseae_status denoiseae_get_model_info(const denoiseae_model* model,
                                                        denoiseae_model_info* info);

/* ---- Denoisers ---- */

typedef enum denoiseae_log_level {
  DENOISEAE_LOG_ERROR = 0,
  DENOISEAE_LOG_WARNING = 1,
  DENOISEAE_LOG_INFO = 2,
  DENOISEAE_LOG_DEBUG = 3
} denoiseae_log_level;

/* Receives messages of the library, which never prints itself, in the thread that called it.
 * message: valid during the call. It must not throw an exception. */
typedef void (*denoiseae_log_callback)(void* user, denoiseae_log_level level, const char* message);

/* Is told which share of a frame is done, 0 to 1, several times a frame and last with 1, in the
 * thread that called denoiseae_process. It returns 0; other values are kept for later versions. It
 * must not throw an exception, and not call the denoiser. */
typedef int (*denoiseae_progress_callback)(void* user, double share);

/* Denoises the frames of one stream. Each frame depends on earlier frames only and is returned at
 * once. The same weights, input, engine, precision and number of threads give the same bytes. */
typedef struct denoiseae_denoiser denoiseae_denoiser;

/* Says how the network is run. */
typedef struct denoiseae_options {
  size_t struct_size;
  denoiseae_engine engine;
  denoiseae_precision precision;
  const char* device; /* NULL = "cpu"; torch also knows "cuda", "cuda:0", ... */
  unsigned threads;   /* at most; 0 = as many as the process may use */
  int reserved;
} denoiseae_options;

#define DENOISEAE_OPTIONS_INIT \
  { sizeof(denoiseae_options), DENOISEAE_ENGINE_AUTO, DENOISEAE_PRECISION_AUTO, NULL, 0, 0 }

/* Names what a denoiser writes: the denoised frame; four times the noise map's levels of luma, in
 * gray; or four times what was removed, around the middle code. */
typedef enum denoiseae_show {
  DENOISEAE_SHOW_PICTURE = 0,
  DENOISEAE_SHOW_NOISE = 1,
  DENOISEAE_SHOW_DIFFERENCE = 2
} denoiseae_show;

/* Says how strongly a frame is denoised. May change with every frame. noise_level is the standard
 * deviation of the noise; it is estimated for each frame by the model's noise map, block by block,
 * or, for models without one, as a curve over brightness. */
typedef struct denoiseae_settings {
  size_t struct_size;
  double noise_level; /* in 8-bit code values at any bit depth, 0 ... 100; negative: estimated */
  double strength;    /* scales the noise level that the network is told, 0 ... 2 */
  double chroma_strength; /* scales the level of the colour planes once more, 0 ... 2 */
  int temporal; /* 1: models with a recurrent state use earlier frames, too; 0 resets the state */
  int damaged; /* 1: a part of this frame is known to be damaged; it leaves no trace in the state,
                * unless it is the first one of a stream */
  denoiseae_show show; /* experimental, see docs/library.md */
  int reserved;
} denoiseae_settings;

#define DENOISEAE_SETTINGS_INIT \
  { sizeof(denoiseae_settings), -1.0, 1.0, 1.0, 1, 0, DENOISEAE_SHOW_PICTURE, 0 }

/* Describes what denoiseae_configure has made; before that, numbers are 0 and device is "". */
typedef struct denoiseae_denoiser_info {
  size_t struct_size;
  denoiseae_engine engine;
  denoiseae_precision precision;
  const char* device;   /* valid until the denoiser is configured again or freed */
  unsigned threads;     /* native uses fewer than asked for on small frames */
  int64_t memory_bytes; /* in buffers and weights, without the caches of LibTorch */
} denoiseae_denoiser_info;

/* Makes a denoiser, which is cheap. log: may be NULL. */
DENOISEAE_API denoiseae_status denoiseae_new(denoiseae_log_callback log, void* user,
                                             denoiseae_denoiser** denoiser);
DENOISEAE_API void denoiseae_free(denoiseae_denoiser* denoiser);
/* Sets the weights; call denoiseae_configure next. Runs them on two small pictures, which takes
 * milliseconds. Errors: DENOISEAE_INCOMPATIBLE_MODEL for a network that estimates noise instead of
 * removing it, DENOISEAE_CORRUPT for weights whose result is not finite, and what
 * denoiseae_configure returns. */
DENOISEAE_API denoiseae_status denoiseae_set_model(denoiseae_denoiser* denoiser,
                                                   const denoiseae_model* model);
/* Allocates and plans everything for frames of one format and size, 1 ... DENOISEAE_MAX_FRAME_SIZE
 * pixels, and resets the stream. options: NULL for the defaults. A model of one fixed size denoises
 * larger frames in overlapping tiles, and smaller ones mirrored at their edges. Errors:
 * DENOISEAE_BAD_ARGUMENT without a model,
 * DENOISEAE_UNSUPPORTED_FORMAT, DENOISEAE_DEVICE_UNAVAILABLE, DENOISEAE_OUT_OF_MEMORY,
 * DENOISEAE_ENGINE_FAILURE. */
DENOISEAE_API denoiseae_status denoiseae_configure(denoiseae_denoiser* denoiser,
                                                   denoiseae_format format, int width, int height,
                                                   const denoiseae_options* options);
/* Denoises one frame. in, out: of the configured format and size, with any strides; they may be the
 * same memory with the same strides. settings: NULL for the defaults. Alpha and padding bytes of
 * packed pixels are copied. strength 0 copies the frame bit for bit. Errors:
 * DENOISEAE_BAD_ARGUMENT, DENOISEAE_UNSUPPORTED_FORMAT, DENOISEAE_ENGINE_FAILURE,
 * DENOISEAE_OUT_OF_MEMORY; reset the denoiser after an error. */
DENOISEAE_API denoiseae_status denoiseae_process(denoiseae_denoiser* denoiser,
                                                 const denoiseae_frame* in,
                                                 const denoiseae_frame* out,
                                                 const denoiseae_settings* settings);
/* Reports the progress of frames from here on; a callback that is NULL ends that. It is for large
 * pictures, whose frames take seconds. */
DENOISEAE_API denoiseae_status denoiseae_set_progress(denoiseae_denoiser* denoiser,
                                                      denoiseae_progress_callback progress,
                                                      void* user);
/* Makes the next frame the first of a stream, as after a cut, a seek or a gap. */
DENOISEAE_API void denoiseae_reset(denoiseae_denoiser* denoiser);
/* Goes on with the stream that another denoiser has denoised so far: takes over its recurrent state
 * and its estimate of the noise. from is then as after denoiseae_reset. Both must be configured for
 * one format and size, but may have other models and options; a model that keeps no state of the
 * same size begins a stream. Errors: DENOISEAE_BAD_ARGUMENT. */
DENOISEAE_API denoiseae_status denoiseae_take_past(denoiseae_denoiser* denoiser,
                                                   denoiseae_denoiser* from);
/* Returns the last estimate of the noise level in 8-bit code values, or a negative number until a
 * frame was estimated. */
DENOISEAE_API double denoiseae_estimated_noise_level(const denoiseae_denoiser* denoiser);
/* Tells the noise map of the last frame: the standard deviation of the noise in 8-bit code values,
 * before it is scaled by strength, for blocks of 16x16 pixels from the top left, row by row.
 * columns, rows: ceil(width / 16) and ceil(height / 16), or 0 where there is no map: before the
 * first frame, where the level was given, and for models without a network that estimates noise.
 * luma, chroma: arrays of capacity floats, each of which may be NULL; nothing is written to them
 * when the map has more blocks, so that a call with capacity 0 asks for the size. chroma is the
 * mean of U and V. */
DENOISEAE_API denoiseae_status denoiseae_get_noise_map(const denoiseae_denoiser* denoiser,
                                                       int* columns, int* rows, float* luma,
                                                       float* chroma, size_t capacity);
/* Returns over how many frames the recurrent state averages, as a mean over the last frame; 1 after
 * the first frame of a stream. Reads a whole plane: too slow for every frame. */
DENOISEAE_API double denoiseae_history(const denoiseae_denoiser* denoiser);
DENOISEAE_API denoiseae_status denoiseae_get_denoiser_info(const denoiseae_denoiser* denoiser,
                                                           denoiseae_denoiser_info* info);

/* ---- Threads ---- */

/* A share of the threads of this process, for denoiseae_sharpen3x3, denoiseae_add_noise and work of
 * the caller. Denoisers have pools of their own; all pools have the same threads. */
typedef struct denoiseae_thread_pool denoiseae_thread_pool;

/* count: how many threads work for this pool at a time, including the calling one, at most 1024; 0
 * = one for each processor that the process may use. */
DENOISEAE_API denoiseae_status denoiseae_new_thread_pool(unsigned count,
                                                         denoiseae_thread_pool** pool);
DENOISEAE_API void denoiseae_free_thread_pool(denoiseae_thread_pool* pool);
/* Returns the number of threads that may work for the pool. */
DENOISEAE_API int denoiseae_thread_pool_count(const denoiseae_thread_pool* pool);
/* Calls task(user, 0) ... task(user, count - 1), the first in the calling thread, and waits for
 * all. A task must not wait for another one, and must not throw an exception; it may run a pool,
 * whose work it then does itself where no thread is free. */
DENOISEAE_API denoiseae_status denoiseae_thread_pool_run(denoiseae_thread_pool* pool,
                                                         void (*task)(void* user, int index),
                                                         void* user);

/* ---- What belongs beside a denoiser ---- */

/* Sharpens with the 3x3 kernel 0 -a 0 / -a 1+4a -a / 0 -a 0, where a is the amount, 0 ... 4. in,
 * out: frames of the same format and size in different memory. luma_only: 1 leaves the chroma of
 * YUV formats as it is. pool: NULL for the calling thread alone. */
DENOISEAE_API denoiseae_status denoiseae_sharpen3x3(const denoiseae_frame* in,
                                                    const denoiseae_frame* out, double amount,
                                                    int luma_only, denoiseae_thread_pool* pool);

typedef struct denoiseae_noise_model_info {
  size_t struct_size;
  const char* name;        /* "gaussian" */
  const char* description; /* a sentence with the meaning and unit of the level */
  double default_level;
  double max_level; /* levels run from 0 to this one */
} denoiseae_noise_model_info;

/* Returns the number of models of synthetic noise, which are 0 to that number less one; gaussian is
 * 0. Their infos describe them. */
DENOISEAE_API int denoiseae_noise_model_count(void);
DENOISEAE_API denoiseae_status denoiseae_get_noise_model_info(int noise_model,
                                                              denoiseae_noise_model_info* info);
/* Tells the standard deviation in 8-bit code values that a level of a noise model stands for. */
DENOISEAE_API denoiseae_status denoiseae_noise_sigma(int noise_model, double level, double* sigma);
/* Adds synthetic noise to a frame, for tests and comparisons; out may be the memory of in. The same
 * seed and frame_index give the same noise on every machine. pool: NULL for the calling thread
 * alone. */
DENOISEAE_API denoiseae_status denoiseae_add_noise(const denoiseae_frame* in,
                                                   const denoiseae_frame* out, int noise_model,
                                                   double level, uint64_t seed,
                                                   uint64_t frame_index,
                                                   denoiseae_thread_pool* pool);
/* Adds synthetic noise to samples scaled to 0 ... 1, without rounding. */
DENOISEAE_API denoiseae_status denoiseae_add_noise_to_samples(float* samples, size_t count,
                                                              int noise_model, double level,
                                                              uint64_t seed);

/* Tell the peak signal to noise ratio in dB, infinite for equal planes, and the mean structural
 * similarity of component c (0 = Y or R) of two frames of the same format and size. */
DENOISEAE_API denoiseae_status denoiseae_psnr(const denoiseae_frame* a, const denoiseae_frame* b,
                                              int c, double* decibels);
DENOISEAE_API denoiseae_status denoiseae_ssim(const denoiseae_frame* a, const denoiseae_frame* b,
                                              int c, double* similarity);
/* Measure samples scaled to 0 ... 1; for the similarity, width x height of them. */
DENOISEAE_API denoiseae_status denoiseae_psnr_of_samples(const float* a, const float* b,
                                                         size_t count, double* decibels);
DENOISEAE_API denoiseae_status denoiseae_ssim_of_samples(const float* a, const float* b, int width,
                                                         int height, double* similarity);

#ifdef __cplusplus
}
#endif

#endif
