//! Changes as a results folder's manifest keeps them, in its table `command.settings`.

use super::Changes;
use toml::{Table, Value};

impl Changes {
    /// The table, so that [`Changes::of_table`] gives them back. Numbers beyond a signed 64 are text.
    ///
    /// ```
    /// use te_system::Changes;
    /// let changes = Changes { seed: Some(u64::MAX), set: vec!["a.b=0.50".into()], ..Changes::default() };
    /// let table = changes.table();
    /// assert_eq!(table.to_string(), "set = [\"a.b=0.50\"]\nseed = \"18446744073709551615\"\n");
    /// assert_eq!(Changes::of_table(&table), changes);
    /// ```
    pub fn table(&self) -> Table {
        let mut table = Table::new();
        for (key, texts) in [("set", &self.set), ("sweep", &self.sweep), ("without", &self.without)] {
            if !texts.is_empty() {
                table.insert(key.into(), texts.clone().into());
            }
        }
        for (key, number) in [("runs", self.runs), ("timesteps", self.timesteps), ("seed", self.seed)] {
            table.extend(number.map(|number| (key.to_owned(), whole(number))));
        }
        if let Some(record) = &self.record {
            table.insert("record".into(), record.clone().into());
        }
        if let Some(variant) = &self.variant {
            table.insert("variant".into(), variant.clone().into());
        }
        if self.no_sweep {
            table.insert("no_sweep".into(), true.into());
        }
        table.extend(self.corners.map(|limit| ("corners".to_owned(), whole(limit))));
        table
    }

    /// The changes that a manifest keeps.
    pub fn of_table(table: &Table) -> Self {
        let texts = |key: &str| -> Vec<String> {
            let all = table.get(key).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let number = |key: &str| match table.get(key) {
            Some(Value::Integer(number)) => u64::try_from(*number).ok(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        Self {
            set: texts("set"),
            sweep: texts("sweep"),
            runs: number("runs"),
            timesteps: number("timesteps"),
            seed: number("seed"),
            record: table.get("record").and_then(Value::as_str).map(str::to_owned),
            corners: number("corners"),
            variant: table.get("variant").and_then(Value::as_str).map(str::to_owned),
            no_sweep: table.get("no_sweep").and_then(Value::as_bool).unwrap_or(false),
            without: texts("without"),
        }
    }
}

fn whole(number: u64) -> Value {
    i64::try_from(number).map_or_else(|_| Value::String(number.to_string()), Value::Integer)
}
