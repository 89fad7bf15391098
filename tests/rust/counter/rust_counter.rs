// SPDX-License-Identifier: GPL-2.0

//! A module in Rust that is built outside of the kernel: it uses the kernel's crate, macros of it with assembler of the
//! architecture, and memory.

use kernel::{prelude::*, warn_on};

module! {
    type: Counter,
    name: "rust_counter",
    authors: ["rules_kheaders"],
    description: "Counts what it has",
    license: "GPL",
}

struct Counter {
    parts: KVec<usize>,
}

impl kernel::Module for Counter {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let mut parts = KVec::new();
        for n in 0..4 {
            parts.push(n, GFP_KERNEL)?;
        }
        warn_on!(parts.len() != 4);
        pr_info!("loaded with {} parts\n", parts.len());
        Ok(Self { parts })
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        pr_info!("unloaded with {} parts\n", self.parts.len());
    }
}
