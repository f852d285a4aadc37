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

fn run(width: usize, height: usize) -> Result<(), String> {
    let check = |status: c_int| match status {
        0 => Ok(()),
        _ => Err(unsafe { std::ffi::CStr::from_ptr(denoiseae_error()) }.to_string_lossy().into_owned()),
    };
    let (chroma_width, chroma_height) = ((width + 1) / 2, (height + 1) / 2);
    let (luma, chroma) = (width * height, chroma_width * chroma_height);
    let mut bytes = vec![0u8; luma + 2 * chroma];
    let (mut model, mut denoiser) = (null_mut(), null_mut());
    unsafe {
        check(denoiseae_load_model(b"balanced\0".as_ptr().cast(), &mut model))?;
        check(denoiseae_new(null(), null_mut(), &mut denoiser))?;
        check(denoiseae_set_model(denoiser, model))?;
        denoiseae_free_model(model);
        check(denoiseae_configure(denoiser, I420, width as c_int, height as c_int, null()))?;
        while std::io::stdin().read_exact(&mut bytes).is_ok() {
            let (y, strides) = (bytes.as_mut_ptr(), [width as isize, chroma_width as isize, chroma_width as isize, 0]);
            let data = [y, y.add(luma), y.add(luma + chroma), null_mut()];
            let frame = Frame { format: I420, width: width as c_int, height: height as c_int, data, stride_bytes: strides };
            check(denoiseae_process(denoiser, &frame, &frame, null()))?;
            let mut out = std::io::stdout();
            out.write_all(&bytes).and_then(|()| out.flush()).map_err(|error| error.to_string())?;
        }
        denoiseae_free(denoiser);
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
