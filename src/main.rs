/// A page takes thousands of small allocations, and the system's allocator took a fifth of its time.
#[cfg(feature = "server")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(feature = "server")]
fn main() -> std::process::ExitCode {
    portal::cli::run()
}

#[cfg(not(feature = "server"))]
fn main() {
    dioxus::launch(portal::ui::App);
}
