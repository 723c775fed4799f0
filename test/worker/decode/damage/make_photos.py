# Makes the photos of the damage test out of a sample photo. Run by hand in this folder, with Pillow, heif-enc and cjxl;
# interlaced.png, tiled.tif (deflate) and raw-tiled.tif, in tiles of 64 pixels, were made of cat.png with sharp.
import subprocess

from PIL import Image, PngImagePlugin

cat = Image.open("../../../../docs/samples/cat.jpg").convert("RGB").resize((192, 128))
cat.info.clear()
small = cat.resize((144, 96))
palette = cat.convert("P", palette=Image.Palette.ADAPTIVE)
exif = Image.Exif()
exif[0x010F] = "Own"
exif[0x0110] = "Camera"
exif[0x0112] = 1
exif[0x010E] = "A cat of our own, seen by a camera that has a lot to say about itself. " * 6
text = PngImagePlugin.PngInfo()
text.add_text("Comment", "a photo of our own, with some text" * 3)
upside_down = cat.rotate(180).convert("P", palette=Image.Palette.ADAPTIVE)

cat.save("photos/baseline.jpg", quality=85, exif=exif)
cat.save("photos/progressive.jpg", quality=85, progressive=True)
cat.save("photos/restart.jpg", quality=85, subsampling=0, restart_marker_rows=1)
cat.convert("L").save("photos/grey.jpg", quality=85)
cat.save("photos/plain.png", pnginfo=text)
palette.save("photos/palette.png")
cat.save("photos/lossy.webp", quality=85, exif=exif)
cat.save("photos/lossless.webp", lossless=True)
palette.save("photos/plain.gif")
palette.save("photos/animated.gif", save_all=True, append_images=[upside_down])
small.save("photos/raw.tif")
cat.save("photos/lzw.tif", compression="tiff_lzw")
cat.save("photos/jpeg.tif", compression="jpeg", quality=85)
small.save("photos/plain.bmp")
palette.save("photos/palette.bmp")
cat.save("photos/plain.avif", quality=70, exif=exif)
cat.save("photos/plain.jp2", quality_mode="rates", quality_layers=[12])
cat.save("cat.png")
subprocess.run(["heif-enc", "-q", "60", "cat.png", "-o", "photos/plain.heic"], check=True)
subprocess.run(["cjxl", "cat.png", "photos/plain.jxl", "-d", "1"], check=True)
