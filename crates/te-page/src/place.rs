//! Where the page may read and write: in one folder, and below it.

use crate::trouble::Trouble;
use std::path::{Component, Path, PathBuf};

/// Letters of a path, at most.
const LONGEST: usize = 500;

/// The file or folder of this name in the folder `root`, or below it.
///
/// # Errors
/// Where the name leads out of the folder, as written or by a link.
pub(crate) fn inside(root: &Path, name: &str) -> Result<PathBuf, Trouble> {
    let refuse = || Trouble::refused(format!("`{name}` is not a name in {}", shown(root)));
    let relative = Path::new(name);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    // A backslash or a colon is a name on one system and a path on another.
    if name.is_empty() || name.len() > LONGEST || !plain || name.contains(['\\', ':', '\0']) {
        return Err(refuse());
    }
    let root = own(root);
    let root = root.canonicalize().map_err(|error| Trouble::refused(format!("{}: {error}", shown(&root))))?;
    let path = root.join(relative);
    // What is there already may be a link to elsewhere.
    let there = path.ancestors().find_map(|part| part.symlink_metadata().ok().map(|_| part.canonicalize()));
    match there {
        Some(Ok(real)) if real.starts_with(&root) => Ok(path),
        _ => Err(refuse()),
    }
}

/// The folder of a file.
pub(crate) fn folder_of(file: &Path) -> PathBuf {
    own(file.parent().unwrap_or(Path::new("")))
}

/// The current folder has no name of its own.
fn own(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

fn shown(root: &Path) -> String {
    own(root).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("root");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::write(place.path().join("secret"), "x").unwrap();
        assert!(inside(&root, "new.toml").unwrap().ends_with("root/new.toml"));
        assert!(inside(&root, "sub/deeper/new.toml").is_ok());
        for name in
            ["", "..", "../secret", "/etc/passwd", "sub/../../secret", "./x", "a\\..\\b", "c:x", "x\0y"]
        {
            assert!(inside(&root, name).is_err(), "{name:?}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(place.path(), root.join("out")).unwrap();
            std::os::unix::fs::symlink(place.path().join("none"), root.join("nowhere")).unwrap();
            assert!(inside(&root, "out/secret").is_err());
            assert!(inside(&root, "out/new/file").is_err());
            assert!(inside(&root, "nowhere").is_err());
        }
    }
}
