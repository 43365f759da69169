//! Unpacks the page's program, which is packed by LZMA since browsers unpack only gzip, and LZMA
//! packs a WebAssembly module a quarter smaller.
//!
//! JavaScript asks for room by [`room`], writes the packed bytes there, and calls [`unpack`]; the
//! program is then at [`unpacked`]. One use, then the instance is thrown away.

#![no_std]

extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;

use lol_alloc::{AssumeSingleThreaded, LeakingPageAllocator};
use lzma_rust2::{LzmaReader, Read};

// SAFETY: a WebAssembly instance without threads has one.
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<LeakingPageAllocator> =
    unsafe { AssumeSingleThreaded::new(LeakingPageAllocator) };

/// A panic stops the instance, and JavaScript sees that.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Bytes that JavaScript writes or reads.
struct Shared(RefCell<Vec<u8>>);

// SAFETY: as for the allocator.
unsafe impl Sync for Shared {}

static PACKED: Shared = Shared(RefCell::new(Vec::new()));
static UNPACKED: Shared = Shared(RefCell::new(Vec::new()));

/// Room for `len` packed bytes.
#[unsafe(no_mangle)]
pub extern "C" fn room(len: usize) -> *mut u8 {
    let mut packed = PACKED.0.borrow_mut();
    packed.resize(len, 0);
    packed.as_mut_ptr()
}

/// Unpacks what was written into the room, and gives the number of bytes; 0: it is damaged.
#[unsafe(no_mangle)]
pub extern "C" fn unpack() -> usize {
    let unpacked = decode(&PACKED.0.borrow()).unwrap_or_default();
    let len = unpacked.len();
    *UNPACKED.0.borrow_mut() = unpacked;
    len
}

/// Where the unpacked bytes are.
#[unsafe(no_mangle)]
pub extern "C" fn unpacked() -> *const u8 {
    UNPACKED.0.borrow().as_ptr()
}

/// The content of a `.lzma` file that tells its size; `None` if it is damaged.
fn decode(packed: &[u8]) -> Option<Vec<u8>> {
    let len = u64::from_le_bytes(packed.get(5..13)?.try_into().ok()?);
    let mut unpacked = vec![0; usize::try_from(len).ok()?];
    let mut reader = LzmaReader::new_mem_limit(packed, u32::MAX, None).ok()?;
    reader.read_exact(&mut unpacked).ok()?;
    Some(unpacked)
}
