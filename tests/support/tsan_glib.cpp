// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells ThreadSanitizer what it cannot see: GLib is not compiled for it, and its locks are calls of
// the kernel. Without this, every buffer that goes through a queue would be a race. A program that
// compiles this source has these functions instead of GLib's, which they call.
#include <dlfcn.h>
#include <gst/gst.h>
#include <sanitizer/tsan_interface.h>

namespace {

/// Finds the function of GLib or GStreamer that one of ours hides.
template <typename Function>
Function* hidden(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/// The function of a pool of threads.
struct PoolCall {
  GFunc function;
  gpointer user_data;
};

void run_pool_call(gpointer data, gpointer call) {
  // GLib hands the data from one thread to the other behind a lock of its own.
  __tsan_acquire(data);
  const auto* const wanted = static_cast<PoolCall*>(call);
  wanted->function(data, wanted->user_data);
}

}  // namespace

#define DAE_HIDDEN(function) (hidden(function, #function))

#undef g_object_unref

extern "C" {

__attribute__((visibility("default"))) void g_mutex_lock(GMutex* mutex) {
  static auto* const real = DAE_HIDDEN(g_mutex_lock);
  real(mutex);
  __tsan_acquire(mutex);
}

__attribute__((visibility("default"))) gboolean g_mutex_trylock(GMutex* mutex) {
  static auto* const real = DAE_HIDDEN(g_mutex_trylock);
  const gboolean locked = real(mutex);
  if (locked != FALSE) __tsan_acquire(mutex);
  return locked;
}

__attribute__((visibility("default"))) void g_mutex_unlock(GMutex* mutex) {
  static auto* const real = DAE_HIDDEN(g_mutex_unlock);
  __tsan_release(mutex);
  real(mutex);
}

__attribute__((visibility("default"))) void g_cond_wait(GCond* condition, GMutex* mutex) {
  static auto* const real = DAE_HIDDEN(g_cond_wait);
  __tsan_release(mutex);
  real(condition, mutex);
  __tsan_acquire(mutex);
}

__attribute__((visibility("default"))) gboolean g_cond_wait_until(GCond* condition, GMutex* mutex,
                                                                  gint64 end_time) {
  static auto* const real = DAE_HIDDEN(g_cond_wait_until);
  __tsan_release(mutex);
  const gboolean in_time = real(condition, mutex, end_time);
  __tsan_acquire(mutex);
  return in_time;
}

__attribute__((visibility("default"))) void gst_mini_object_unref(GstMiniObject* object) {
  static auto* const real = DAE_HIDDEN(gst_mini_object_unref);
  // The last owner frees what all have used.
  __tsan_release(object);
  __tsan_acquire(object);
  real(object);
}

__attribute__((visibility("default"))) void g_slice_free1(gsize bytes, gpointer block) {
  static auto* const real = DAE_HIDDEN(g_slice_free1);
  // The last owner may be GStreamer itself, whose own calls of the function above are out of sight.
  if (block != nullptr) __tsan_acquire(block);
  real(bytes, block);
}

__attribute__((visibility("default"))) void g_object_unref(gpointer object) {
  static auto* const real = DAE_HIDDEN(g_object_unref);
  __tsan_release(object);
  __tsan_acquire(object);
  real(object);
}

__attribute__((visibility("default"))) GThreadPool* g_thread_pool_new(
    GFunc function, gpointer user_data, gint max_threads, gboolean exclusive, GError** error) {
  static auto* const real = DAE_HIDDEN(g_thread_pool_new);
  // The pools of GStreamer live as long as the process.
  return real(run_pool_call, new PoolCall{function, user_data}, max_threads, exclusive, error);
}

__attribute__((visibility("default"))) gboolean g_thread_pool_push(GThreadPool* pool, gpointer data,
                                                                   GError** error) {
  static auto* const real = DAE_HIDDEN(g_thread_pool_push);
  __tsan_release(data);
  return real(pool, data, error);
}

}  // extern "C"
