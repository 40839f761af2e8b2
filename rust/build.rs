// SPDX-License-Identifier: Apache-2.0
//! Copies the C headers of the engine to where `tools/engine` asks for them.

use std::{env, fs, path::Path};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("create the header folder");
    for entry in fs::read_dir(from).expect("read the engine's header folder") {
        let entry = entry.expect("read a header entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("stat a header entry").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("copy a header");
        }
    }
}

fn main() {
    println!("cargo:rerun-if-env-changed=CCLB_ENGINE_INCLUDE");
    let Ok(target) = env::var("CCLB_ENGINE_INCLUDE") else {
        return;
    };
    let source = env::var("DEP_WASMTIME_C_API_INCLUDE").expect("the engine crate names its headers");
    copy(Path::new(&source), Path::new(&target));
}
