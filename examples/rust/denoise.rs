// SPDX-License-Identifier: LGPL-2.1-or-later
//! Denoises raw I420 frames from standard input to standard output, without crates:
//!   rustc -O denoise.rs
//!   ffmpeg -i in.mp4 -f rawvideo -pix_fmt yuv420p - | ./denoise 640 360 > out.yuv
use std::io::{Read, Write};
use std::os::raw::{c_char, c_int, c_void};
use std::ptr::{null, null_mut};

const I420: c_int = 0;

#[repr(C)]
struct Frame {
    format: c_int,
    width: c_int,
    height: c_int,
    data: [*mut u8; 4],
    stride_bytes: [isize; 4],
}

#[link(name = "denoiseae")]
extern "C" {
    fn denoiseae_error() -> *const c_char;
    fn denoiseae_load_model(name: *const c_char, model: *mut *mut c_void) -> c_int;
    fn denoiseae_new(log: *const c_void, user: *mut c_void, denoiser: *mut *mut c_void) -> c_int;
    fn denoiseae_set_model(denoiser: *mut c_void, model: *const c_void) -> c_int;
    fn denoiseae_configure(denoiser: *mut c_void, format: c_int, width: c_int, height: c_int, options: *const c_void) -> c_int;
    fn denoiseae_process(denoiser: *mut c_void, input: *const Frame, output: *const Frame, settings: *const c_void) -> c_int;
    fn denoiseae_free(denoiser: *mut c_void);
    fn denoiseae_free_model(model: *mut c_void);
}

/// A denoiser with its weights, which are freed with it.
struct Denoiser {
    model: *mut c_void,
    handle: *mut c_void,
}

impl Drop for Denoiser {
    fn drop(&mut self) {
        unsafe {
            denoiseae_free(self.handle);
            denoiseae_free_model(self.model);
        }
    }
}

fn check(status: c_int) -> Result<(), String> {
    match status {
        0 => Ok(()),
        _ => Err(unsafe { std::ffi::CStr::from_ptr(denoiseae_error()) }.to_string_lossy().into_owned()),
    }
}

/// Reads a whole frame. Returns false where the stream ends before it.
fn read_frame(bytes: &mut [u8]) -> Result<bool, String> {
    let mut filled = 0;
    while filled < bytes.len() {
        match std::io::stdin().read(&mut bytes[filled..]).map_err(|error| error.to_string())? {
            0 if filled == 0 => return Ok(false),
            0 => return Err(format!("the input ends after {} of {} bytes of a frame", filled, bytes.len())),
            count => filled += count,
        }
    }
    Ok(true)
}

fn run(width: usize, height: usize) -> Result<(), String> {
    let (chroma_width, chroma_height) = ((width + 1) / 2, (height + 1) / 2);
    let (luma, chroma) = (width * height, chroma_width * chroma_height);
    let mut bytes = vec![0u8; luma + 2 * chroma];
    let mut denoiser = Denoiser { model: null_mut(), handle: null_mut() };
    unsafe {
        check(denoiseae_load_model(b"balanced\0".as_ptr().cast(), &mut denoiser.model))?;
        check(denoiseae_new(null(), null_mut(), &mut denoiser.handle))?;
        check(denoiseae_set_model(denoiser.handle, denoiser.model))?;
        check(denoiseae_configure(denoiser.handle, I420, width as c_int, height as c_int, null()))?;
    }
    while read_frame(&mut bytes)? {
        let y = bytes.as_mut_ptr();
        let data = unsafe { [y, y.add(luma), y.add(luma + chroma), null_mut()] };
        let stride_bytes = [width as isize, chroma_width as isize, chroma_width as isize, 0];
        let frame = Frame { format: I420, width: width as c_int, height: height as c_int, data, stride_bytes };
        check(unsafe { denoiseae_process(denoiser.handle, &frame, &frame, null()) })?;
        let mut out = std::io::stdout();
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let result = if sizes.len() == 2 { run(sizes[0], sizes[1]) } else { Err("usage: denoise WIDTH HEIGHT".to_owned()) };
    if let Err(message) = result {
        eprintln!("denoise: {}", message);
        std::process::exit(1);
    }
}
