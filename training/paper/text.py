# SPDX-License-Identifier: LGPL-2.1-or-later
"""The text of docs/paper.md, apart from its tables."""

TITLES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "fer2013": "FER-2013 disgust",
          "chest-xray": "Chest radiographs"}

INTRODUCTION = """# The founding paper, repeated

denoiseae began with "Image Denoising Using Autoencoders" (term project, 2021). The network of that
paper has two convolutions of stride 2 with LeakyReLU and batch normalisation (32 and 64 filters), a
dense latent of 16 values, and the mirrored decoder. It is trained with Adam at 0.001 on batches of 32
for 50 epochs to the lowest squared error. The weights of the lowest validation loss are kept, and a
3x3 kernel sharpens the output.

This page is written by

    ./dev paper DATA

The command reads the run folders of `denoiseae-train` (`runs/paper-...`, `runs/unet-...`). It first
trains the runs that are missing, which takes hours. DATA is a folder that holds `mnist`,
`fashion-mnist`, `fer2013` and `chest-xray`. The weights of these runs are shipped as
`models/paper-...` and `models/unet-...`. The element runs shipped weights with `model=paper-mnist`,
and your own with `model=runs/paper-mnist/best.safetensors`.
"""

LOSSES = """## Losses

The losses are mean squared errors of pictures scaled to 0 ... 1. Noise is drawn anew for every copy of
a picture in every epoch. The validation pictures keep their noise.
"""


def verdict(value, limit):
    return f"{value:.4f} against {limit}: " + ("reached" if value <= limit else "not reached")


def after_losses(runs):
    lowest = lambda name: min(runs[name].validation)
    return f"""The list compares the lowest validation loss with that of the paper:

- MNIST, coefficient 0.5: {verdict(lowest("paper-mnist"), 0.0095)}; coefficient 0.3:
  {verdict(lowest("paper-mnist-0.3"), 0.0095)}. The paper names 0.5 and a useful range of 0.3 to 0.7,
  and does not define its coefficient c. It can mean x + c N(0,1), clipped to 0 ... 1, or x + N(0.5,
  0.5), clipped, as in the well-known tutorial code of this network. The table shows both. At 0.5 the
  noise itself stands in the way. The U-Net below shows how much can be reached without a latent of 16
  values.
- Fashion-MNIST: {verdict(lowest("paper-fashion-mnist"), 0.0235)}.
- FER-2013: {verdict(lowest("paper-fer2013-after"), 0.0022)}. The paper copied its pictures 100 times
  before it split them. Its network was therefore trained on the validation pictures, with different
  noise. `split = "after-copies"` does this too. The default, `split = "before-copies"`, keeps the
  validation pictures out of training, and leaves out pictures that repeat. Then 16 values, learnt from
  some 340 pictures, hold little of faces that the network has not seen.
- Chest radiographs: {verdict(lowest("paper-chest-xray"), 0.0054)}, with other and far fewer pictures.

Weights start as in Keras (Glorot & Bengio 2010). The dense layers of this network learn more slowly
when weights start from the wider distribution that is common before rectifiers (He et al. 2015).
"""


QUALITY = """## Quality on pictures that were not trained on

The networks are measured on the first {limit} test pictures of each set (`--limit {limit}`). Pictures of
FER-2013 that repeat a training picture are left out. The radiographs are those of the patients that
were held back from training; their loss also chose the weights. The noise is that of the paper:
coefficient 0.5 for the first two sets, variance 550 for the others. The classic filters of OpenCV see
the same noisy pictures. Each filter has the parameter that is best for this noise on 100 training
pictures.
"""


def gains(by_set):
    text = ", ".join(f"{TITLES[name]} {gain:.1f} dB" for name, gain in by_set.items())
    return f"""The U-Net is better than the paper's network by:
{text}.
The U-Net looks at neighbourhoods instead of reducing the picture to 16 values, and is told the level of
the noise. Where the noise hides most of the picture (coefficient 0.5) it gains little: neither network
can restore what the noise has hidden.
"""


CONSISTENCY = """## Consistency over kinds of noise

The paper claims that an autoencoder is more consistent over kinds of noise than a filter. Each network
was trained on one kind and one level of noise. Here it meets all kinds that denoiseae makes, each at
its default level. The filters may choose their parameter for each kind.
"""

SAMPLES = """## Samples

Each column is a test picture. The rows are the noisy picture, the output of the paper's network, the
output after sharpening with the 3x3 kernel, and the clean picture. Edges are crisper in the sharpened
row, as the paper says. The error grows a little at the same time (see the table above), because the
kernel makes the remaining noise stronger, too.
"""

TILES = """## Why the paper's network is for study

The network knows pictures of one size and one kind. The element denoises a stream of that size
directly. It cuts frames of any other size into tiles that overlap, and blends the results. A tile of a
photograph is no face, and 16 values cannot hold its content:

![a photograph, noisy, through paper-fer2013 tile by tile, through the default model](paper/tiles.png)
"""

DIFFERENCES = """## What differs from the paper, and why

- Noise is drawn anew in every epoch instead of once. 100 copies of a picture are 100 passes with
  different noise, and no copy is held in memory.
- Validation takes a tenth of the training pictures instead of the test files. The test files are
  measured once, at the end.
- Chest radiographs come from NIH ChestX-ray8, because those of VinBigData may not be passed on. If you
  have them, train `paper-vinbigdata`. 30 copies make an epoch about as long as an epoch over the
  pictures of VinBigData. Each copy is mirrored, shifted, tilted, scaled and lit a little differently.
  This is done for the faces of `paper-fer2013`, too (split before copying).
- Convolutions run in bfloat16 where the CPU has it, with float32 weights and statistics.
- The batch normalisation of LibTorch updates its running statistics by 0.1 a step (Keras: 0.01) and
  adds 1e-5 (Keras: 1e-3) to the variance.
- Some runs have fewer epochs than those of the paper; the table says so. `config.toml` in the run
  folder and the model cards hold the settings.
"""
