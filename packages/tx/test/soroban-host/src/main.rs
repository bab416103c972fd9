//! Runs the host functions of three transactions as stellar-core does: with the footprint, the authorization, the
//! instruction limit and the memory limit of each transaction enforced, on the entries that the ones before left.
//! Reads the transactions from stdin and prints what happened, both as JSON.

use base64::{engine::general_purpose::STANDARD, Engine as _};
use serde_json::{json, Value};
use soroban_env_host::budget::Budget;
use soroban_env_host::e2e_invoke::invoke_host_function;
use soroban_env_host::xdr::{ContractCostParams, LedgerKey, Limits, ReadXdr, SorobanResources, TtlEntry, WriteXdr, Hash};
use soroban_env_host::LedgerInfo;
use std::collections::BTreeMap;

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().expect("text")).expect("base64")
}

fn params(value: &Value) -> ContractCostParams {
    ContractCostParams::from_xdr(bytes(value), Limits::none()).expect("cost parameters")
}

/// An entry of the ledger, and the ledger up to which it lives.
struct Entry {
    xdr: Vec<u8>,
    live_until: u32,
}

fn main() {
    let input: Value = serde_json::from_reader(std::io::stdin()).expect("JSON");
    let number = |name: &str| input[name].as_u64().expect("number") as u32;
    let mut ledger: BTreeMap<Vec<u8>, Entry> = BTreeMap::new();
    let mut steps = vec![];
    for (index, step) in input["steps"].as_array().expect("steps").iter().enumerate() {
        let resources = SorobanResources::from_xdr(bytes(&step["resources"]), Limits::none()).expect("resources");
        let budget = Budget::try_from_configs(
            resources.instructions as u64,
            number("txMemoryLimit") as u64,
            params(&input["cpuCosts"]),
            params(&input["memoryCosts"]),
        )
        .expect("budget");
        let info = LedgerInfo {
            protocol_version: number("protocol"),
            sequence_number: number("ledger") + index as u32,
            timestamp: 1_795_350_000,
            network_id: bytes(&input["networkId"]).try_into().expect("32 bytes"),
            base_reserve: 5_000_000,
            min_temp_entry_ttl: number("minTemporaryTtl"),
            min_persistent_entry_ttl: number("minPersistentTtl"),
            max_entry_ttl: number("maxEntryTtl"),
        };
        // What core gives the host: every entry of the footprint that exists, and until when it lives.
        let keys: Vec<LedgerKey> = resources.footprint.read_only.iter().chain(resources.footprint.read_write.iter()).cloned().collect();
        let (mut entries, mut ttls) = (vec![], vec![]);
        for key in &keys {
            let encoded = key.to_xdr(Limits::none()).expect("key");
            if let Some(entry) = ledger.get(&encoded) {
                entries.push(entry.xdr.clone());
                // The host does not look at the hash.
                let ttl = TtlEntry { key_hash: Hash([0; 32]), live_until_ledger_seq: entry.live_until };
                ttls.push(ttl.to_xdr(Limits::none()).expect("ttl"));
            }
        }
        let auth: Vec<Vec<u8>> = step["auth"].as_array().expect("auth").iter().map(bytes).collect();
        let ran = invoke_host_function(
            &budget,
            true,
            bytes(&step["hostFunction"]),
            bytes(&step["resources"]),
            &[],
            bytes(&input["source"]),
            auth.into_iter(),
            info,
            entries.into_iter(),
            ttls.into_iter(),
            vec![0; 32],
            &mut vec![],
            None,
            None,
        );
        let used = json!({
            "instructions": budget.get_cpu_insns_consumed().expect("budget"),
            "memory": budget.get_mem_bytes_consumed().expect("budget"),
        });
        let ran = match ran {
            Ok(ran) => ran,
            Err(error) => {
                steps.push(json!({ "what": step["what"], "used": used, "error": format!("{:?}", error.error) }));
                break;
            }
        };
        let mut changes = vec![];
        for change in &ran.ledger_changes {
            let live_until = change.ttl_change.as_ref().map(|ttl| ttl.new_live_until_ledger);
            if let Some(value) = &change.encoded_new_value {
                let entry = Entry { xdr: value.clone(), live_until: live_until.unwrap_or(0) };
                ledger.insert(change.encoded_key.clone(), entry);
                changes.push(json!({
                    "key": STANDARD.encode(&change.encoded_key),
                    "entry": STANDARD.encode(value),
                    "bytes": value.len(),
                    "liveUntil": live_until,
                }));
            }
        }
        let (result, error) = match &ran.encoded_invoke_result {
            Ok(value) => (Some(STANDARD.encode(value)), None),
            Err(error) => (None, Some(format!("{:?}", error.error))),
        };
        steps.push(json!({ "what": step["what"], "used": used, "result": result, "error": error, "changes": changes }));
    }
    println!("{}", serde_json::to_string_pretty(&json!({ "host": "soroban-env-host 27.0.1", "steps": steps })).expect("JSON"));
}
