//! Lines that are put into a file that somebody wrote: only beside lines of the same form, in their order.
//!
//! A list is a run of such lines without a blank line or another line in between; attributes, docs and comments stay
//! with the line below them. Where there is no such list, or its neighbours cannot be told, the file is refused.

use std::cmp::Ordering;

use toml_edit::{Array, DocumentMut, Item};

use crate::error::NetworkError;

/// Longest line that rustfmt leaves on one line in this workspace.
const WIDTH: usize = 110;

/// A text with `line` put into the first list of lines that have a key, by the order of keys; where `sorted` is false, at the
/// end of the list.
fn insert(
    text: &str,
    what: &str,
    key_of: impl Fn(&str) -> Option<&str>,
    line: &str,
    sorted: bool,
) -> Result<String, NetworkError> {
    let refuse = |text: String| Err(NetworkError::Edit(text));
    let Some(key) = key_of(line.lines().last().unwrap_or_default()) else {
        return refuse(format!("`{line}` is no {what}"));
    };
    if what != DEPENDENCY && text.contains("*/") {
        return refuse("it holds a block comment, so that its lines cannot be told".to_owned());
    }
    let lines: Vec<&str> = text.lines().collect();
    if lines.iter().any(|old| key_of(old) == Some(key)) {
        return refuse(format!("it has a {what} of `{key}` already"));
    }
    let stays = |old: &str| {
        let old = old.trim_start();
        (old.starts_with("#[") && old.ends_with(']'))
            || (old.starts_with("//") && !old.starts_with("//!"))
            || (old.starts_with("# ") && what == DEPENDENCY)
    };
    let Some(first) = lines.iter().position(|old| key_of(old).is_some()) else {
        return refuse(format!("it has no {what} that a new one could follow"));
    };
    let top = (0..first).rev().take_while(|at| stays(lines[*at])).last().unwrap_or(first);
    let above = top.checked_sub(1).map_or("", |at| lines[at].trim_end());
    let ended = above.is_empty()
        || above.ends_with([';', '{', '}'])
        || above.starts_with("//!")
        || above.starts_with("#![")
        || above.starts_with('[');
    if !ended {
        return refuse(format!("the line above its first {what} is `{above}`, which may belong to it"));
    }
    // Where the line goes: above the first one that is greater, with what stays with it, else below the last.
    let (mut begin, mut place) = (top, None);
    for (at, old) in lines.iter().enumerate().skip(top) {
        match key_of(old) {
            Some(other) if sorted && by_name(other, key) == Ordering::Greater => {
                place = Some(begin);
                break;
            }
            Some(_) => begin = at + 1,
            None if stays(old) => {}
            None => break,
        }
    }
    let place = place.unwrap_or(begin);
    let mut new: Vec<&str> = lines[..place].to_vec();
    new.extend(line.lines());
    new.extend(&lines[place..]);
    Ok(new.join("\n") + "\n")
}

/// The order of rustfmt: numbers inside names count as numbers.
fn by_name(a: &str, b: &str) -> Ordering {
    let parts = |name: &str| {
        let mut parts: Vec<(Option<u64>, String)> = Vec::new();
        for letter in name.chars() {
            match parts.last_mut() {
                Some((number, text)) if number.is_some() == letter.is_ascii_digit() => {
                    text.push(letter);
                    if number.is_some() {
                        *number = Some(text.parse().unwrap_or(u64::MAX));
                    }
                }
                _ => parts.push((letter.to_digit(10).map(u64::from), letter.to_string())),
            }
        }
        parts
    };
    parts(a).cmp(&parts(b))
}

/// The name in `mod name;` and `pub mod name;` at the beginning of a line.
fn module_of(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(';').filter(|name| name.chars().all(of_a_name))
}

fn of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Adds a module to the list of modules: `line` is `mod foo;` or `pub mod foo;`.
pub(super) fn module(text: &str, line: &str) -> Result<String, NetworkError> {
    insert(text, "line `mod …;`", module_of, line, true)
}

/// Whether a file has this line.
pub(super) fn has_line(text: &str, line: &str) -> bool {
    text.lines().any(|old| old == line)
}

/// Adds a crate's `register` to the list of those that are called.
pub(super) fn call_of_register(text: &str, module: &str) -> Result<String, NetworkError> {
    fn called(line: &str) -> Option<&str> {
        let name = line.trim_start().strip_suffix("::register(&mut registry);")?;
        name.chars().all(of_a_name).then_some(name)
    }
    insert(
        text,
        "line `…::register(&mut registry);`",
        called,
        &format!("    {module}::register(&mut registry);"),
        true,
    )
}

const DEPENDENCY: &str = "dependency on a crate of the workspace";

/// Adds a dependency that the workspace has to a package's list of them.
pub(super) fn workspace_dependency(text: &str, package: &str) -> Result<String, NetworkError> {
    fn named(line: &str) -> Option<&str> {
        line.strip_suffix(".workspace = true").filter(|name| name.starts_with("te-"))
    }
    checked_toml(insert(text, DEPENDENCY, named, &format!("{package}.workspace = true"), true)?)
}

/// Adds a crate to the dependencies of the workspace, after the last of its own crates.
pub(super) fn member(text: &str, package: &str, version: &str) -> Result<String, NetworkError> {
    fn named(line: &str) -> Option<&str> {
        let (name, rest) = line.split_once(" = { path = \"crates/")?;
        rest.contains("version = ").then_some(name)
    }
    let line = format!("{package} = {{ path = \"crates/{package}\", version = \"{version}\" }}");
    checked_toml(insert(text, DEPENDENCY, named, &line, false)?)
}

/// Adds a crate to those that a library hands on under a shorter name: `pub use te_foo as foo;`.
pub(super) fn handed_on(text: &str, module: &str, name: &str) -> Result<String, NetworkError> {
    fn named(line: &str) -> Option<&str> {
        let (name, _) = line.strip_prefix("pub use ")?.strip_suffix(';')?.split_once(" as ")?;
        name.chars().all(of_a_name).then_some(name)
    }
    insert(text, "line `pub use … as …;`", named, &format!("pub use {module} as {name};"), true)
}

/// A text that is TOML still.
fn checked_toml(text: String) -> Result<String, NetworkError> {
    match text.parse::<DocumentMut>() {
        Ok(_) => Ok(text),
        Err(error) => Err(NetworkError::Edit(error.message().to_owned())),
    }
}

/// The line on which a crate's `register` begins.
pub(super) const REGISTER: &str = "pub fn register(registry: &mut te_core::Registry) {";

/// Adds a component to a crate's `register`, as its last statement, laid out as rustfmt does.
pub(super) fn registration(text: &str, component: &str, says: &str) -> Result<String, NetworkError> {
    let refuse = |text: &str| Err(NetworkError::Edit(text.to_owned()));
    let lines: Vec<&str> = text.lines().collect();
    let Some(begin) = lines.iter().position(|line| *line == REGISTER) else {
        return refuse("it has no function `register(registry: &mut te_core::Registry)`");
    };
    let Some(end) = (begin..lines.len()).find(|at| lines[*at] == "}") else {
        return refuse("its function `register` has no end");
    };
    let ended = lines[end - 1].ends_with(';') || end - 1 == begin;
    if !ended || lines[begin..end].iter().any(|line| line.contains("*/")) {
        return refuse("its function `register` does not end with a statement");
    }
    let package = "env!(\"CARGO_PKG_NAME\")";
    let call = format!(".add::<{component}>({package}, \"{says}\");");
    let statement = if call.len() + 12 <= WIDTH {
        format!("    registry{call}")
    } else if call.len() + 8 <= WIDTH {
        format!("    registry\n        {call}")
    } else {
        format!("    registry.add::<{component}>(\n        {package},\n        \"{says}\",\n    );")
    };
    let mut new = lines[..end].to_vec();
    new.extend(statement.lines());
    new.extend(&lines[end..]);
    Ok(new.join("\n") + "\n")
}

/// Adds a kind to `[package.metadata.tecmns]`, in order.
pub(super) fn kind(text: &str, kind: &str) -> Result<String, NetworkError> {
    let refuse = |text: String| Err(NetworkError::Edit(text));
    let mut document: DocumentMut = match text.parse() {
        Ok(document) => document,
        Err(error) => {
            let error: toml_edit::TomlError = error;
            return refuse(error.message().to_owned());
        }
    };
    let package = document.get_mut("package").and_then(|item| item.get_mut("metadata"));
    let metadata = package.and_then(|item| item.get_mut("tecmns"));
    let Some(kinds) = metadata.and_then(|item| item.get_mut("kinds")).and_then(Item::as_array_mut) else {
        return refuse("it has no list `kinds` in [package.metadata.tecmns]".to_owned());
    };
    if kinds.to_string().contains('#') {
        return refuse("its list `kinds` holds a comment: add the kind by hand".to_owned());
    }
    let mut names: Vec<String> = kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect();
    if names.iter().any(|old| old == kind) {
        return refuse(format!("it has the kind `{kind}` already"));
    }
    names.push(kind.to_owned());
    names.sort();
    *kinds = list(&names);
    Ok(document.to_string())
}

/// Texts as a TOML list: on one line where it is short, else one on each.
pub(crate) fn list(texts: &[String]) -> Array {
    let mut array: Array = texts.iter().collect();
    if array.to_string().len() + "kinds = ".len() > WIDTH {
        for one in array.iter_mut() {
            one.decor_mut().set_prefix("\n    ");
        }
        array.set_trailing_comma(true);
        array.set_trailing("\n");
    }
    array
}
