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

/// What JavaScript writes to or reads from.
struct Shared<T>(RefCell<T>);

// SAFETY: as for the allocator.
unsafe impl<T> Sync for Shared<T> {}

static PACKED: Shared<&mut [u8]> = Shared(RefCell::new(&mut []));
static UNPACKING: Shared<Option<Unpacking>> = Shared(RefCell::new(None));

/// A program on its way.
struct Unpacking {
    reader: LzmaReader<&'static [u8]>,
    unpacked: Vec<u8>,
    /// How many bytes are there.
    len: usize,
}

/// Room for `len` packed bytes.
#[unsafe(no_mangle)]
pub extern "C" fn room(len: usize) -> *mut u8 {
    let mut packed = PACKED.0.borrow_mut();
    *packed = vec![0; len].leak();
    packed.as_mut_ptr()
}

/// Unpacks the next `len` bytes of what was written into the room, and gives the number of bytes that
/// are left; below 0: it is damaged.
///
/// In pieces: as a whole it takes a slow phone a third of a second, in which it does nothing else.
#[unsafe(no_mangle)]
pub extern "C" fn unpack(len: usize) -> i32 {
    let mut unpacking = UNPACKING.0.borrow_mut();
    if unpacking.is_none() {
        let packed = core::mem::take(&mut *PACKED.0.borrow_mut());
        *unpacking = Unpacking::begin(packed);
    }
    let left = unpacking.as_mut().and_then(|it| it.go_on(len));
    left.and_then(|it| i32::try_from(it).ok()).unwrap_or(-1)
}

/// Where the unpacked bytes are.
#[unsafe(no_mangle)]
pub extern "C" fn unpacked() -> *const u8 {
    UNPACKING.0.borrow().as_ref().map_or(core::ptr::null(), |it| it.unpacked.as_ptr())
}

impl Unpacking {
    /// Begins with the content of a `.lzma` file that tells its size; `None` if it is damaged.
    fn begin(packed: &'static [u8]) -> Option<Self> {
        let len = u64::from_le_bytes(packed.get(5..13)?.try_into().ok()?);
        let unpacked = vec![0; usize::try_from(len).ok()?];
        let reader = LzmaReader::new_mem_limit(packed, u32::MAX, None).ok()?;
        Some(Self { reader, unpacked, len: 0 })
    }

    /// How many bytes are left after the next `len`; `None` if it is damaged.
    fn go_on(&mut self, len: usize) -> Option<usize> {
        let end = self.unpacked.len().min(self.len + len);
        self.reader.read_exact(&mut self.unpacked[self.len..end]).ok()?;
        self.len = end;
        Some(self.unpacked.len() - end)
    }
}
