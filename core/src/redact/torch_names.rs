//! Words of torch, torchao and ExecuTorch, by `make_torch_names.py`; each list in order.

/// Dtypes, without `torch.`.
#[rustfmt::skip]
pub(super) const DTYPES: &[&str] = &[
    "bcomplex32", "bfloat16", "bits16", "bits1x8", "bits2x4", "bits4x2", "bits8", "bool",
    "complex128", "complex32", "complex64", "double", "float", "float16", "float32",
    "float4_e2m1fn_x2", "float64", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2",
    "float8_e5m2fnuz", "float8_e8m0fnu", "half", "int", "int1", "int16", "int2", "int3", "int32",
    "int4", "int5", "int6", "int64", "int7", "int8", "long", "qint32", "qint8", "quint2x4",
    "quint4x2", "quint8", "short", "uint1", "uint16", "uint2", "uint3", "uint32", "uint4", "uint5",
    "uint6", "uint64", "uint7", "uint8",
];

/// Qschemes, without `torch.`.
#[rustfmt::skip]
pub(super) const QSCHEMES: &[&str] = &[
    "per_channel_affine", "per_channel_affine_float_qparams", "per_channel_symmetric",
    "per_tensor_affine", "per_tensor_symmetric",
];

/// Classes of quantizers.
#[rustfmt::skip]
pub(super) const QUANTIZERS: &[&str] = &[
    "ArmInductorQuantizer", "AsymUnifQuantizer", "CadenceAtenQuantizer", "CadenceDefaultQuantizer",
    "CadenceFusedConvReluQuantizer", "CadenceNopQuantizer", "CadenceQuantizer",
    "CadenceRmsNormNopQuantizer", "CadenceW8A32MixedQuantizer", "CadenceWakeWordQuantizer",
    "CadenceWith16BitConvActivationsQuantizer", "CadenceWith16BitLinearActivationsQuantizer",
    "CadenceWith16BitMatmulActivationsQuantizer", "CadenceWithLayerNormQuantizer",
    "CadenceWithSoftmaxQuantizer", "CodeBookQuantizer", "ComposableQATQuantizer",
    "ComposableQuantizer", "CoreAIQuantizer", "CoreMLQuantizer", "CortexMQuantizer",
    "EmbeddingQuantizer", "EnnQuantizer", "EthosUQuantizer", "ExampleQuantizer", "FakeQuantizer",
    "Float8ActInt4WeightQATQuantizer", "Float8FakeQuantizer", "Int4UnifTorchaoQuantizer",
    "Int4WeightFakeQuantizer", "Int4WeightOnlyEmbeddingQATQuantizer", "Int4WeightOnlyQATQuantizer",
    "Int4WeightOnlyQuantizer", "Int8DynActInt4WeightQATQuantizer", "Int8DynActInt4WeightQuantizer",
    "IntQuantizer", "IntxFakeQuantizer", "LSBQuantizer", "MaxUnifQuantizer", "NeuropilotQuantizer",
    "NeutronAtenQuantizer", "NeutronQuantizer", "OpenVINOQuantizer", "PatternQuantizer",
    "QnnQuantizer", "Quantizer", "SharedQspecQuantizer", "StretchedUnifTorchaoQuantizer",
    "TOSAQuantizer", "TernaryUnifQuantizer", "TiedEmbeddingQuantizer", "TwoStepQuantizer",
    "UIntxWeightOnlyLinearQuantizer", "UnifQuantizer", "UnifTorchaoQuantizer", "VgfQuantizer",
    "VulkanQuantizer", "X86InductorQuantizer", "XNNPACKQuantizer", "XPUInductorQuantizer",
    "_LegacyQATQuantizer",
];

/// Classes of observers and fake quantizers.
#[rustfmt::skip]
pub(super) const OBSERVERS: &[&str] = &[
    "AWQObserver", "AffineFakeQuantize", "AffineQuantizedFixedQParamObserver",
    "AffineQuantizedMSEObserver", "AffineQuantizedMinMaxObserver",
    "AffineQuantizedMovingAverageMinMaxObserver", "AffineQuantizedPlaceholderObserver",
    "ConcatObserver", "DerivedObserverOrFakeQuantize", "FakeQuantize", "FixedQParamsFakeQuantize",
    "FixedQParamsObserver", "FusedMovingAvgObsFakeQuantize", "HistogramObserver",
    "INT4WeightObserver", "INT8WeightObserver", "LearnableFakeQuantize", "MinMaxObserver",
    "ModelReportObserver", "MovingAverageMinMaxObserver", "MovingAveragePerChannelMinMaxObserver",
    "NoopObserver", "PerBlockParamFakeQuantize", "PerBlockParamObserver",
    "PerChannelFixedQParamsObserver", "PerChannelMSEObserver", "PerChannelMinMaxObserver",
    "PerChannelNormObserver", "PerChannelParamObserver", "PlaceholderObserver", "RecordingObserver",
    "ReuseInputObserver", "RunningAbsMaxSmoothQuantObserver", "SmoothQuantObserver",
    "_DerivedObserverOrFakeQuantize", "_InputEqualizationObserver", "_LearnableFakeQuantize",
    "_WeightEqualizationObserver",
];

/// Classes of qspecs, and the constants whose names are printed for qspecs.
#[rustfmt::skip]
pub(super) const QSPECS: &[&str] = &[
    "CUSTOM_QSPEC", "DERIVED_QSPEC", "DerivedQuantizationSpec", "FixedQParamsQuantizationSpec",
    "INT16_ACTIVATION_PER_TENSOR_QSPEC", "INT8_ACTIVATION_PER_CHANNEL_QSPEC",
    "INT8_ACTIVATION_PER_TENSOR_QSPEC", "INT8_PER_TENSOR_QSPEC", "INT8_WEIGHT_PER_CHANNEL_QSPEC",
    "INT8_WEIGHT_PER_CHANNEL_TRANSPOSE_QSPEC", "INT8_WEIGHT_PER_TENSOR_QSPEC", "NO_QSPEC",
    "QuantizationSpec", "QuantizationSpecBase", "SHARED_QSPEC", "SOFTMAX_OUTPUT_FIXED_QSPEC",
    "SharedQuantizationSpec", "UNREGISTERED_QSPEC",
];

/// Namespaces of operators.
#[rustfmt::skip]
pub(super) const NAMESPACES: &[&str] = &[
    "aten", "cadence", "channels_last", "cortex_m", "dim_order_ops", "et_copy", "executorch",
    "executorch_cuda", "executorch_devtools", "executorch_prim", "executorch_utils", "higher_order",
    "llama", "prim", "prims", "qnn_custom", "quantized", "quantized_decomposed", "torchao", "tosa",
    "tosa_mxfp",
];
