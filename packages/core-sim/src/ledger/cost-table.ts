/**
 * The cost of Soroban's host functions, one line a type in the order of XDR's ContractCostType: name, then the constant and
 * linear term of instructions, then of memory, each with the protocol whose version step writes it (stellar-core:
 * src/ledger/NetworkConfig.cpp). What is recalibrated takes the place of protocol 20's on nodes that generate load with
 * UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING.
 */
export const costTable = `
WasmInsnExec | 20:4,0 | 20:0,0
MemAlloc | 20:434,16 | 20:16,128
MemCpy | 20:42,16 | 20:0,0
MemCmp | 20:44,16 | 20:0,0
DispatchHostFunction | 20:310,0 recalibrated:295,0 | 20:0,0
VisitObject | 20:61,0 recalibrated:60,0 | 20:0,0
ValSer | 20:230,29 recalibrated:221,26 | 20:242,384
ValDeser | 20:59052,4001 recalibrated:331,4369 | 20:0,384
ComputeSha256Hash | 20:3738,7012 recalibrated:3636,7013 | 20:0,0
ComputeEd25519PubKey | 20:40253,0 recalibrated:40256,0 | 20:0,0
VerifyEd25519Sig | 20:377524,4068 recalibrated:377551,4059 | 20:0,0
VmInstantiation | 20:451626,45405 recalibrated:417482,45712 | 20:130065,5064 recalibrated:132773,4903
VmCachedInstantiation | 20:451626,45405 recalibrated:417482,45712 21:41142,634 | 20:130065,5064 recalibrated:132773,4903 21:69472,1217
InvokeVmFunction | 20:1948,0 recalibrated:1945,0 | 20:14,0
ComputeKeccak256Hash | 20:3766,5969 recalibrated:6481,5943 | 20:0,0
DecodeEcdsaCurve256Sig | 20:710,0 recalibrated:711,0 | 20:0,0
RecoverEcdsaSecp256k1Key | 20:2315295,0 recalibrated:2314804,0 | 20:181,0
Int256AddSub | 20:4404,0 recalibrated:4176,0 | 20:99,0
Int256Mul | 20:4947,0 recalibrated:4716,0 | 20:99,0
Int256Div | 20:4911,0 recalibrated:4680,0 | 20:99,0
Int256Pow | 20:4286,0 recalibrated:4256,0 | 20:99,0
Int256Shift | 20:913,0 recalibrated:884,0 | 20:99,0
ChaCha20DrawBytes | 20:1058,501 recalibrated:1059,502 | 20:0,0
ParseWasmInstructions | 21:73077,25410 | 21:17564,6457
ParseWasmFunctions | 21:0,540752 | 21:0,47464
ParseWasmGlobals | 21:0,176363 | 21:0,13420
ParseWasmTableEntries | 21:0,29989 | 21:0,6285
ParseWasmTypes | 21:0,1061449 | 21:0,64670
ParseWasmDataSegments | 21:0,237336 | 21:0,29074
ParseWasmElemSegments | 21:0,328476 | 21:0,48095
ParseWasmImports | 21:0,701845 | 21:0,103229
ParseWasmExports | 21:0,429383 | 21:0,36394
ParseWasmDataSegmentBytes | 21:0,28 | 21:0,257
InstantiateWasmInstructions | 21:43030,0 | 21:70704,0
InstantiateWasmFunctions | 21:0,7556 | 21:0,14613
InstantiateWasmGlobals | 21:0,10711 | 21:0,6833
InstantiateWasmTableEntries | 21:0,3300 | 21:0,1025
InstantiateWasmTypes | 21:0,0 | 21:0,0
InstantiateWasmDataSegments | 21:0,23038 | 21:0,129632
InstantiateWasmElemSegments | 21:0,42488 | 21:0,13665
InstantiateWasmImports | 21:0,828974 | 21:0,97637
InstantiateWasmExports | 21:0,297100 | 21:0,9176
InstantiateWasmDataSegmentBytes | 21:0,14 | 21:0,126
Sec1DecodePointUncompressed | 21:1882,0 | 21:0,0
VerifyEcdsaSecp256r1Sig | 21:3000906,0 | 21:0,0
Bls12381EncodeFp | 22:661,0 | 22:0,0
Bls12381DecodeFp | 22:985,0 | 22:0,0
Bls12381G1CheckPointOnCurve | 22:1934,0 | 22:0,0
Bls12381G1CheckPointInSubgroup | 22:730510,0 | 22:0,0
Bls12381G2CheckPointOnCurve | 22:5921,0 | 22:0,0
Bls12381G2CheckPointInSubgroup | 22:1057822,0 | 22:0,0
Bls12381G1ProjectiveToAffine | 22:92642,0 | 22:0,0
Bls12381G2ProjectiveToAffine | 22:100742,0 | 22:0,0
Bls12381G1Add | 22:7689,0 | 22:0,0
Bls12381G1Mul | 22:2458985,0 | 22:0,0
Bls12381G1Msm | 22:2426722,96397671 26:2347584,94135478 | 22:109494,354667 26:109494,266603
Bls12381MapFpToG1 | 22:1541554,0 26:1020885,0 | 22:5552,0 26:2776,0
Bls12381HashToG1 | 22:3211191,6713 26:2638451,6803 | 22:9424,0 26:5896,0
Bls12381G2Add | 22:25207,0 | 22:0,0
Bls12381G2Mul | 22:7873219,0 | 22:0,0
Bls12381G2Msm | 22:8035968,309667335 26:7663880,298580871 | 22:219654,354667 26:219654,266603
Bls12381MapFp2ToG2 | 22:2420202,0 26:1856539,0 | 22:3344,0 26:1672,0
Bls12381HashToG2 | 22:7050564,6797 26:6315452,7232 | 22:6816,0 26:3960,0
Bls12381Pairing | 22:10558948,632860943 | 22:2204,9340474
Bls12381FrFromU256 | 22:1994,0 | 22:0,0
Bls12381FrToU256 | 22:1155,0 | 22:248,0
Bls12381FrAddSub | 22:74,0 | 22:0,0
Bls12381FrMul | 22:332,0 | 22:0,0
Bls12381FrPow | 22:691,74558 | 22:0,128
Bls12381FrInv | 22:35421,0 | 22:0,0
Bn254EncodeFp | 25:344,0 | 25:0,0
Bn254DecodeFp | 25:476,0 | 25:0,0
Bn254G1CheckPointOnCurve | 25:904,0 | 25:0,0
Bn254G2CheckPointOnCurve | 25:2811,0 | 25:0,0
Bn254G2CheckPointInSubgroup | 25:2937755,0 26:1706052,0 | 25:0,0
Bn254G1ProjectiveToAffine | 25:61,0 | 25:0,0
Bn254G1Add | 25:3623,0 | 25:0,0
Bn254G1Mul | 25:1150435,0 | 25:0,0
Bn254Pairing | 25:5263916,392472814 | 25:1821,6232546
Bn254FrFromU256 | 25:2052,0 | 25:0,0
Bn254FrToU256 | 25:1133,0 | 25:312,0
Bn254FrAddSub | 25:74,0 | 25:0,0
Bn254FrMul | 25:332,0 | 25:0,0
Bn254FrPow | 25:755,68930 | 25:0,0
Bn254FrInv | 25:33151,0 | 25:0,0
Bn254G1Msm | 26:1185193,41568084 | 26:73061,229779
`;
